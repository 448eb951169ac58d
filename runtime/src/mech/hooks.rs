//! Functions of the model's program that take the place of C in NMODL files.

use crate::rng::Stream;
use netdsl_lang::mech::abi::Draws;
use std::sync::Arc;

/// A function that takes the place of C. It reads and changes the numbers of [`netdsl_lang::mech::Hook`], its result
/// first, and may draw random numbers. Its results must depend on nothing else, or they differ between runs.
#[derive(Clone)]
pub struct HookCode(Arc<Code>);

type Code = dyn Fn(&mut dyn Draws, &mut [f64]) + Send + Sync;

impl HookCode {
    /// From a function.
    pub fn new(code: impl Fn(&mut dyn Draws, &mut [f64]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(code))
    }

    pub(crate) fn call(&self, stream: &mut Stream, values: &mut [f64]) {
        (self.0)(&mut OfInstance(stream), values);
    }
}

impl std::fmt::Debug for HookCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HookCode")
    }
}

struct OfInstance<'a>(&'a mut Stream);

impl Draws for OfInstance<'_> {
    fn uniform(&mut self) -> f64 {
        self.0.unit()
    }
    fn normal(&mut self) -> f64 {
        self.0.normal()
    }
    fn negexp(&mut self) -> f64 {
        self.0.negexp()
    }
    fn integer(&mut self) -> u32 {
        self.0.word()
    }
}
