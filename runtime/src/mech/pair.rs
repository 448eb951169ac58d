//! Two blocks of lanes computed in one go.
//!
//! A kernel is a chain of dependent operations that leaves the units of the processor waiting. The operations of a
//! second block, which do not depend on it, fill the gaps.

use crate::mech::args::{Cursor, Lists};
use crate::simd::Wide;
use netdsl_lang::lane::{Lane, Mask};
use netdsl_lang::mech::IonQuantity;
use netdsl_lang::mech::abi::Access;
use std::marker::PhantomData;

/// The values of two blocks.
#[derive(Clone, Copy)]
pub(crate) struct Pair<T>(T, T);

impl<M: Mask> Mask for Pair<M> {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(self.0.and(other.0), self.1.and(other.1))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0), self.1.or(other.1))
    }
    #[inline(always)]
    fn not(self) -> Self {
        Self(self.0.not(), self.1.not())
    }
}

macro_rules! both {
    ($($name:ident($($arg:ident),*) -> $result:ty;)*) => {
        $(#[inline(always)]
        fn $name(self $(, $arg: Self)*) -> $result {
            Pair(self.0.$name($($arg.0),*), self.1.$name($($arg.1),*))
        })*
    };
}

impl<L: Lane> Lane for Pair<L> {
    type Mask = Pair<L::Mask>;
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self(L::splat(x), L::splat(x))
    }
    both! {
        add(y) -> Self;
        sub(y) -> Self;
        mul(y) -> Self;
        div(y) -> Self;
        fma(a, b) -> Self;
        neg() -> Self;
        abs() -> Self;
        sqrt() -> Self;
        round_even() -> Self;
        floor() -> Self;
        min(y) -> Self;
        max(y) -> Self;
        lt(y) -> Self::Mask;
        le(y) -> Self::Mask;
        eq(y) -> Self::Mask;
        scale_by_power_of_two(n) -> Self;
        exponent() -> Self;
        significand() -> Self;
    }
    #[inline(always)]
    fn entry(self, table: &[f64; 16]) -> Self {
        Self(self.0.entry(table), self.1.entry(table))
    }
    #[inline(always)]
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self {
        Self(
            L::select(mask.0, yes.0, no.0),
            L::select(mask.1, yes.1, no.1),
        )
    }
}

/// A block of the arguments and the one behind it, for kernels over `Pair<L>`.
pub(crate) struct Cursors<'a, L>(Cursor<'a>, Cursor<'a>, PhantomData<L>);

impl<'a, L: Wide> Cursors<'a, L> {
    #[inline(always)]
    pub(crate) fn new(lists: &'a Lists<'a>, row: usize, block: usize) -> Self {
        Self(
            Cursor::new(lists, row, block),
            Cursor::new(lists, row, block + 1),
            PhantomData,
        )
    }
}

macro_rules! read {
    ($($name:ident($($arg:ident: $ty:ty),*);)*) => {
        $(#[inline(always)]
        fn $name(&self $(, $arg: $ty)*) -> Pair<L> {
            Pair(self.0.$name($($arg),*), self.1.$name($($arg),*))
        })*
    };
}

impl<L: Wide> Access<Pair<L>> for Cursors<'_, L> {
    read! {
        get(slot: usize);
        global(index: usize);
        voltage();
        time();
        dt();
        celsius();
        diam();
        area();
        ion(ion: usize, what: IonQuantity);
    }
    #[inline(always)]
    fn set(&mut self, slot: usize, value: Pair<L>) {
        self.0.set(slot, value.0);
        self.1.set(slot, value.1);
    }
    #[inline(always)]
    fn set_ion(&mut self, ion: usize, what: IonQuantity, value: Pair<L>) {
        self.0.set_ion(ion, what, value.0);
        self.1.set_ion(ion, what, value.1);
    }
    #[inline(always)]
    fn table_at(&self, table: usize, x: Pair<L>) -> Pair<L> {
        Pair(self.0.table_at(table, x.0), self.1.table_at(table, x.1))
    }
    #[inline(always)]
    fn table_get(&self, table: usize, column: usize, at: Pair<L>) -> Pair<L> {
        Pair(
            self.0.table_get(table, column, at.0),
            self.1.table_get(table, column, at.1),
        )
    }
    #[inline(always)]
    fn own(&self, slot: usize) -> Pair<L> {
        Pair(self.0.own(slot), self.1.own(slot))
    }
    #[inline(always)]
    fn eight_columns(&self, table: usize, eight: usize, count: usize, at: Pair<L>) -> [Pair<L>; 8] {
        let first = self.0.eight_columns(table, eight, count, at.0);
        let second = self.1.eight_columns(table, eight, count, at.1);
        let mut both = [at; 8];
        for k in 0..8 {
            both[k] = Pair(first[k], second[k]);
        }
        both
    }
    #[inline(always)]
    fn look_up(&self, table: usize, at: [Pair<L>; 3]) -> Pair<L> {
        let [a, b, c] = at;
        Pair(
            self.0.look_up(table, [a.0, b.0, c.0]),
            self.1.look_up(table, [a.1, b.1, c.1]),
        )
    }
}
