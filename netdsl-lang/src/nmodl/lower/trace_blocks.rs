//! Blocks to kernels or scripts.

use super::Facts;
use super::graph::{Graph, N, Op};
use super::if_convert::{Element, Equations, Stuck, Trace, Values};
use super::inline_calls::kinetic::Spreading;
use super::schedule::Kernel;
use super::sources::{Filling, Main, Part, Sources};
use super::split_linear::split_linear;
use super::write_script::Script;
use super::{solve_explicit, solve_implicit};
use crate::mech::{BinOp, Block, Moment, Reg, VarId};
use crate::nmodl::ast::Span;
use crate::nmodl::hir::{Local, Method, Solve, Step, Value};
use crate::nmodl::report::Report;
use crate::nmodl::symbols::{Class, Symbols};

/// A step of the voltage for difference quotients, mV: NEURON's.
const QUOTIENT_STEP: f64 = 0.001;

/// A block, straight-line or not.
#[derive(Debug)]
pub(crate) enum Code {
    Kernel(Kernel),
    Script(Block),
}

/// BREAKPOINT and INITIAL.
#[derive(Debug)]
pub(crate) struct TracedMain {
    pub(crate) initial: Code,
    /// Results are value and conductance of each current in turn.
    pub(crate) current: Kernel,
    /// Stands for `current` where lanes cannot compute it: the registers are value and conductance of each current.
    pub(crate) current_script: Option<(Block, Vec<(Reg, Reg)>)>,
    pub(crate) around: Vec<(Moment, Block)>,
    pub(crate) exact_conductance: bool,
    pub(crate) state: Code,
    pub(crate) odes: Vec<((u32, u32), N)>,
}

/// A table.
#[derive(Debug)]
pub(crate) struct TracedTable {
    pub(crate) fill: Kernel,
    pub(crate) grid: N,
    /// Lower and upper end.
    pub(crate) range: Kernel,
}

/// All blocks.
#[derive(Debug)]
pub(crate) struct Traced {
    pub(crate) exact: TracedMain,
    pub(crate) tabled: Option<TracedMain>,
    /// By table; none for what no table is stored for.
    pub(crate) tables: Vec<Option<TracedTable>>,
    pub(crate) receive: Option<Block>,
    pub(crate) receive_initial: Option<Block>,
    pub(crate) watches: Vec<(Block, u32, f64)>,
    /// Volume and constant of each diffusing state.
    pub(crate) spreadings: Vec<(Element, Kernel)>,
}

struct Tracer<'g, 's> {
    graph: &'g mut Graph,
    symbols: &'s Symbols<'s>,
    facts: &'s Facts,
    report: &'g mut Report,
}

/// Traces everything; `None` if something could not be.
pub(super) fn trace_blocks(
    graph: &mut Graph,
    symbols: &Symbols,
    sources: &Sources,
    facts: &Facts,
    report: &mut Report,
) -> Option<Traced> {
    let mut tracer = Tracer {
        graph,
        symbols,
        facts,
        report,
    };
    let exact = tracer.main(&sources.exact);
    let tabled = sources.tabled.as_ref().map(|main| tracer.main(main));
    let tables: Vec<_> = sources
        .fillings
        .iter()
        .map(|filling| match filling {
            Some(filling) => tracer.table(filling).map(Some),
            None => Some(None),
        })
        .collect();
    let traced = Traced {
        receive: sources.receive.as_ref().map(|s| tracer.script(s)),
        receive_initial: sources.receive_initial.as_ref().map(|s| tracer.script(s)),
        watches: sources.watches.iter().map(|w| tracer.watch(w)).collect(),
        exact: exact?,
        tabled: match tabled {
            Some(main) => Some(main?),
            None => None,
        },
        tables: tables.into_iter().collect::<Option<_>>()?,
        spreadings: sources
            .spreadings
            .iter()
            .map(|s| (s.state, tracer.spreading(s)))
            .collect(),
    };
    (!tracer.report.failed()).then_some(traced)
}

impl Tracer<'_, '_> {
    /// Runs `follow` with a new trace.
    fn trace<R>(&mut self, follow: impl FnOnce(&mut Trace) -> R) -> R {
        let facts = self.facts;
        let invariant = |op: Op| facts.is_invariant(op);
        let mut trace = Trace::new(
            self.graph,
            &facts.lengths,
            (facts.dt, facts.time),
            &invariant,
        );
        trace.shared = Some(&facts.shared);
        follow(&mut trace)
    }

    fn main(&mut self, main: &Main) -> Option<TracedMain> {
        let initial = self.initial(&main.initial);
        let has_currents = !self.symbols.currents.is_empty();
        let mut current_script = None;
        let (current, exact_conductance) = if has_currents {
            self.current(&main.parts).unwrap_or_else(|_| {
                current_script = Some(self.current_script(&main.parts));
                (Kernel::default(), false)
            })
        } else {
            (Kernel::default(), true)
        };
        let around = main.around.iter();
        let around = around
            .map(|(moment, steps)| (*moment, self.script(steps)))
            .collect();
        let state = self.state(&main.parts, !has_currents);
        let odes = self.odes(&main.parts);
        Some(TracedMain {
            initial,
            current,
            current_script,
            around,
            exact_conductance,
            state,
            odes,
        })
    }

    fn initial(&mut self, steps: &[Step]) -> Code {
        let kernel = self.trace(|t| {
            t.steps(steps)
                .map(|()| kernel_of(&t.values, std::mem::take(&mut t.effects)))
        });
        match kernel {
            Ok(kernel) => Code::Kernel(kernel),
            Err(_) => Code::Script(self.script(steps)),
        }
    }

    fn script(&mut self, steps: &[Step]) -> Block {
        let mut script = Script::default();
        let written = self.trace(|t| script.steps(t, steps));
        if written.is_err() {
            self.report.error(
                self.symbols.span,
                "an equation stands outside of a DERIVATIVE block",
            );
        }
        script.finish()
    }

    fn spreading(&mut self, spreading: &Spreading) -> Kernel {
        let traced = self.trace(|t| {
            t.steps(&spreading.steps)?;
            Ok::<_, Stuck>(vec![
                t.value(&spreading.volume)?,
                t.value(&spreading.constant)?,
            ])
        });
        let results = traced.unwrap_or_else(|_| {
            let message =
                "loops and draws are not possible in COMPARTMENT and LONGITUDINAL_DIFFUSION";
            self.report.error(spreading.span, message);
            Vec::new()
        });
        Kernel {
            results,
            ..Kernel::default()
        }
    }

    fn watch(&mut self, (value, flag, steps): &(Value, f64, Vec<Step>)) -> (Block, u32, f64) {
        let mut script = Script::default();
        let written = self.trace(|t| script.steps(t, steps));
        if written.is_err() {
            self.report
                .error(self.symbols.span, "a WATCH condition must be a number");
        }
        let register = script.value(value);
        (script.finish(), register, *flag)
    }

    /// The currents, once at the voltage and, unless they are affine in it, once a little above.
    fn current(&mut self, parts: &[Part]) -> Result<(Kernel, bool), Stuck> {
        let once = self.breakpoint(parts, None)?;
        let values = self.current_nodes(&once);
        let voltage = self.graph.load(self.facts.voltage, 0);
        let mut results = Vec::new();
        let zero = self.graph.constant(0.0);
        if self.is_repeatable(parts, &once)? {
            for value in &values {
                let Some(parts) = split_linear(self.graph, *value, voltage) else {
                    results.clear();
                    break;
                };
                results.extend([*value, parts.factor.unwrap_or(zero)]);
            }
        }
        let exact = results.len() == 2 * values.len();
        let once = if exact {
            once
        } else {
            // as NEURON: first above, then at the voltage, where assigned variables stay
            let step = self.graph.constant(QUOTIENT_STEP);
            let above = self.graph.add(voltage, step);
            let first = self.breakpoint(parts, Some((above, Values::default())))?;
            let shifted = self.current_nodes(&first);
            let mut between = first;
            between.variables.remove(&(self.facts.voltage, 0));
            let second = self.breakpoint(parts, Some((voltage, between)))?;
            let values = self.current_nodes(&second);
            results = values
                .iter()
                .zip(&shifted)
                .flat_map(|(at, above)| {
                    let rise = self.graph.sub(*above, *at);
                    [*at, self.graph.div(rise, step)]
                })
                .collect();
            second
        };
        let mut kernel = kernel_of(&once, Vec::new());
        kernel
            .stores
            .retain(|((id, _), _)| *id != self.facts.voltage);
        kernel.results = results;
        Ok((kernel, exact))
    }

    /// The currents instance by instance, as NEURON computes them: first a little above the voltage, then at it.
    fn current_script(&mut self, parts: &[Part]) -> (Block, Vec<(Reg, Reg)>) {
        let currents = self.symbols.current_variables.clone();
        let voltage = self.facts.voltage;
        let mut script = Script::default();
        let at = script.load((voltage, 0));
        let width = script.constant(QUOTIENT_STEP);
        let above = script.bin(BinOp::Add, at, width);
        for id in &currents {
            let before = script.load((*id, 0));
            let place = script.copy(before);
            script.keep_in(*id, place);
        }
        let shifted = self.run_currents(&mut script, parts, above, &currents);
        let values = self.run_currents(&mut script, parts, at, &currents);
        let results = values
            .iter()
            .zip(&shifted)
            .map(|(at, above)| {
                let rise = script.bin(BinOp::Sub, *above, *at);
                (*at, script.bin(BinOp::Div, rise, width))
            })
            .collect();
        script.give_up_places();
        for (id, value) in currents.iter().zip(&values) {
            if self.symbols.variables[*id as usize].class == Class::Current {
                script.store((*id, 0), *value);
            }
        }
        (script.finish(), results)
    }

    /// BREAKPOINT's own statements at a voltage; copies of the currents behind them.
    fn run_currents(
        &mut self,
        script: &mut Script,
        parts: &[Part],
        voltage: Reg,
        currents: &[VarId],
    ) -> Vec<Reg> {
        script.keep_in(self.facts.voltage, voltage);
        let failed = self.trace(|t| {
            let mut own = parts.iter().filter_map(|part| match part {
                Part::Steps(steps) => Some(steps),
                Part::Solve(_) => None,
            });
            own.any(|steps| script.steps(t, steps).is_err())
        });
        if failed {
            let message = "an equation stands in BREAKPOINT";
            self.report.error(self.symbols.span, message);
        }
        let each = currents.iter();
        each.map(|id| {
            let value = script.load((*id, 0));
            script.copy(value)
        })
        .collect()
    }

    /// The values after BREAKPOINT's own statements, from given values at a given voltage.
    fn breakpoint(&mut self, parts: &[Part], start: Option<(N, Values)>) -> Result<Values, Stuck> {
        let voltage = (self.facts.voltage, 0);
        self.trace(|t| {
            if let Some((v, values)) = start {
                t.values = values;
                t.values.variables.insert(voltage, v);
            }
            for part in parts {
                if let Part::Steps(steps) = part {
                    t.steps(steps)?;
                }
            }
            t.values.variables.remove(&voltage);
            Ok(std::mem::take(&mut t.values))
        })
    }

    fn current_nodes(&mut self, values: &Values) -> Vec<N> {
        let ids = self.symbols.current_variables.clone();
        ids.iter()
            .map(|id| match values.variables.get(&(*id, 0)) {
                Some(n) => *n,
                None => self.graph.load(*id, 0),
            })
            .collect()
    }

    /// Whether running BREAKPOINT twice is the same as once.
    fn is_repeatable(&mut self, parts: &[Part], once: &Values) -> Result<bool, Stuck> {
        let voltage = self.graph.load(self.facts.voltage, 0);
        let twice = self.breakpoint(parts, Some((voltage, once.clone())))?;
        Ok(twice.variables == once.variables)
    }

    fn state(&mut self, parts: &[Part], with_steps: bool) -> Code {
        let traced = self.trace(|t| {
            for part in parts {
                match part {
                    Part::Solve(solve) => {
                        if !advance(t, solve)? {
                            return Err(Stuck::Loop);
                        }
                    }
                    Part::Steps(steps) if with_steps => t.steps(steps)?,
                    Part::Steps(_) => {}
                }
            }
            Ok(kernel_of(&t.values, Vec::new()))
        });
        match traced {
            Ok(kernel) => Code::Kernel(kernel),
            Err(_) => self.state_script(parts, with_steps),
        }
    }

    fn state_script(&mut self, parts: &[Part], with_steps: bool) -> Code {
        let mut script = Script::default();
        let failed: Option<(Stuck, Span)> = self.trace(|t| {
            for part in parts {
                let (result, span) = match part {
                    Part::Solve(solve) => (write_solve(&mut script, t, solve), solve.span),
                    Part::Steps(steps) if with_steps => (script.steps(t, steps), Span::default()),
                    Part::Steps(_) => continue,
                };
                if let Err(stuck) = result {
                    return Some((stuck, span));
                }
            }
            None
        });
        if let Some((stuck, span)) = failed {
            self.unsolvable(stuck, span);
        }
        Code::Script(script.finish())
    }

    fn unsolvable(&mut self, stuck: Stuck, span: Span) {
        let (message, help) = match stuck {
            Stuck::Uneven(_) => (
                "one way through a condition has more equations than the other",
                "write the condition into the equations' coefficients",
            ),
            Stuck::Large(_) => (
                "this block has more unknown states than can be solved for",
                "use fewer elements",
            ),
            _ => (
                "loops and random numbers together with this METHOD are not supported yet",
                "use METHOD cnexp, if the equations are linear",
            ),
        };
        self.report.error_help(span, message, help);
    }

    /// The right-hand sides as written, at the present states; none where they are no straight-line code.
    fn odes(&mut self, parts: &[Part]) -> Vec<((u32, u32), N)> {
        let mut odes = Vec::new();
        for part in parts {
            if let Part::Solve(Solve {
                method,
                steps,
                span,
                ..
            }) = part
                && !matches!(method, Method::Run | Method::Simultaneous)
            {
                let rates = self.trace(|t| {
                    t.equations = Equations::Keep;
                    t.steps(steps).map(|()| std::mem::take(&mut t.values.rates))
                });
                odes.extend(rates.unwrap_or_default());
                self.note_nonlinear(*method, steps, *span);
            }
        }
        odes
    }

    fn note_nonlinear(&mut self, method: Method, steps: &[Step], span: Span) {
        if method != Method::Cnexp {
            return;
        }
        let is_linear = self.trace(|t| {
            t.equations = Equations::Advance;
            !matches!(t.steps(steps), Err(Stuck::Nonlinear(_)))
        });
        if !is_linear {
            let message = "cnexp cannot solve an equation that is not linear in its own state: derivimplicit is used";
            self.report.warning(span, message);
        }
    }

    fn table(&mut self, filling: &Filling) -> Option<TracedTable> {
        let grid = self.graph.input();
        let filled = self.trace(|t| {
            t.set_local(filling.grid, grid);
            t.steps(&filling.steps)?;
            let results = if filling.columns.is_empty() {
                vec![t.value(&Value::Local(filling.result))?]
            } else {
                let value = |(column, copy): &(Element, Option<Local>)| match copy {
                    Some(local) => t.value(&Value::Local(*local)),
                    None => Ok(t.get(*column)),
                };
                filling
                    .columns
                    .iter()
                    .map(value)
                    .collect::<Result<_, _>>()?
            };
            Ok::<_, Stuck>(results)
        });
        let range = self.trace(|t| {
            let mut ends = Vec::new();
            for (steps, value) in [&filling.from, &filling.to] {
                t.steps(steps)?;
                ends.push(t.value(value)?);
            }
            Ok::<_, Stuck>(ends)
        });
        let (Ok(results), Ok(ends)) = (filled, range) else {
            let message = "loops whose number of rounds is not fixed are not supported yet together with TABLE";
            self.report.error(filling.span, message);
            return None;
        };
        let kernel = |results| Kernel {
            results,
            ..Kernel::default()
        };
        Some(TracedTable {
            fill: kernel(results),
            grid,
            range: kernel(ends),
        })
    }
}

fn kernel_of(values: &Values, effects: Vec<super::if_convert::Effect>) -> Kernel {
    Kernel {
        stores: values.variables.iter().map(|(e, n)| (*e, *n)).collect(),
        results: Vec::new(),
        effects,
    }
}

/// Advances the states of a SOLVEd block in the graph; `Ok(false)` if only a script can.
pub(crate) fn advance(trace: &mut Trace, solve: &Solve) -> Result<bool, Stuck> {
    let steps = &solve.steps;
    match solve.method {
        Method::Run => trace.steps(steps).map(|()| true),
        Method::Euler => solve_explicit::euler(trace, steps).map(|()| true),
        Method::Runge => solve_explicit::runge(trace, steps).map(|()| true),
        Method::Implicit
        | Method::SteadyKinetic
        | Method::SteadyDerivative
        | Method::Simultaneous => solve_implicit::advance_linear(trace, solve),
        Method::Cnexp => {
            let before = trace.values.clone();
            trace.equations = Equations::Advance;
            let advanced = trace.steps(steps);
            trace.equations = Equations::Keep;
            match advanced {
                Err(Stuck::Nonlinear(_)) => {
                    trace.values = before;
                    solve_implicit::advance_linear(trace, solve)
                }
                other => other.map(|()| true),
            }
        }
    }
}

/// Writes a SOLVEd block as a script.
pub(crate) fn write_solve(
    script: &mut Script,
    trace: &mut Trace,
    solve: &Solve,
) -> Result<(), Stuck> {
    trace.values = Values::default();
    match solve.method {
        Method::Run => script.steps(trace, &solve.steps),
        Method::Implicit
        | Method::SteadyKinetic
        | Method::SteadyDerivative
        | Method::Simultaneous => write_advanced(script, trace, solve),
        Method::Cnexp => {
            let mut apart = Script::default();
            match apart.steps(trace, &solve.steps) {
                Ok(()) => script.steps(trace, &solve.steps),
                Err(_) => write_advanced(script, trace, solve),
            }
        }
        Method::Euler | Method::Runge => {
            advance(trace, solve)?;
            store_all(script, trace);
            Ok(())
        }
    }
}

/// The solution at once where the equations are linear, a Newton iteration where not.
fn write_advanced(script: &mut Script, trace: &mut Trace, solve: &Solve) -> Result<(), Stuck> {
    match solve_implicit::advance_linear(trace, solve) {
        Ok(true) => {
            store_all(script, trace);
            Ok(())
        }
        Ok(false) => {
            trace.values = Values::default();
            solve_implicit::write_newton(script, trace, solve)
        }
        Err(Stuck::Loop) => write_loops_first(script, trace, solve),
        Err(stuck) => Err(stuck),
    }
}

/// What stands before the equations may have loops: it runs at the states before the step.
fn write_loops_first(script: &mut Script, trace: &mut Trace, solve: &Solve) -> Result<(), Stuck> {
    let is_loop = |step: &Step| matches!(step, Step::While(..) | Step::Hook(..));
    let last = solve.steps.iter().rposition(is_loop).ok_or(Stuck::Loop)?;
    let (loops, equations) = solve.steps.split_at(last + 1);
    let is_equation = |step: &Step| {
        matches!(
            step,
            Step::Derivative(..) | Step::Flow(..) | Step::Equation(..)
        )
    };
    if loops.iter().any(is_equation) {
        return Err(Stuck::Loop);
    }
    let rest = Solve {
        steps: equations.to_vec(),
        ..solve.clone()
    };
    trace.values = Values::default();
    script.steps(trace, loops)?;
    script.show_locals(trace);
    if solve_implicit::advance_linear(trace, &rest)? {
        store_all(script, trace);
        return Ok(());
    }
    trace.values = Values::default();
    script.show_locals(trace);
    solve_implicit::write_newton(script, trace, &rest)
}

/// Stores all that a trace has assigned.
fn store_all(script: &mut Script, trace: &mut Trace) {
    let values = std::mem::take(&mut trace.values);
    let stores: Vec<_> = values.variables.into_iter().collect();
    let nodes: Vec<N> = stores.iter().map(|(_, n)| *n).collect();
    let registers = script.splice(trace.graph, &nodes);
    for ((element, _), r) in stores.iter().zip(registers) {
        script.store(*element, r);
    }
}
