//! Typed names: what `population!`, `cell_rule!`, `mechanism!`, `synapse!`, `conn_rule!` and `stimulus!` declare.
//!
//! A declared name is a type that implements one of the traits below. So a name that is not declared is an error of the
//! compiler at that word, and what a name stands for (the sections of a cell type, the parameters of a mechanism) can
//! be checked where it is used. The traits are implemented by the macros only.

use netdsl_lang::model;

use crate::__private::{Assembly, MechanismKind, NativeCode, PointFact, SectionFact, VariableFact};
use std::fmt;
use std::marker::PhantomData;

/// A population: a number of cells of one type, declared by `population!`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a population",
    label = "expected a population here",
    note = "populations are declared by `population! {{ pub E: CellType {{ cells: 100 }} }}`"
)]
pub trait Population: Copy + 'static {
    /// The name in the model.
    const NAME: &'static str;
    /// The name with its module: tells two populations of the same name apart.
    #[doc(hidden)]
    const PATH: &'static str;
    /// The declaration has mistakes of its own: no use of it is checked.
    #[doc(hidden)]
    const BROKEN: bool = false;
    /// The type of its cells.
    type Cell: CellType;
    /// Adds itself, and what it needs, to a network.
    #[doc(hidden)]
    fn declare(into: &mut Assembly);

    /// The `index`-th cell.
    fn cell(self, index: u32) -> CellRef<Self> {
        let _ = self;
        CellRef {
            index,
            population: PhantomData,
        }
    }

    /// This population as a value, for rules whose populations are known at run time only: `(E::handle()) -> (post)`.
    #[must_use]
    fn handle() -> PopHandle {
        PopHandle {
            name: Self::NAME,
            cell: <Self::Cell as CellType>::NAME,
            sections: <Self::Cell as CellType>::SECTIONS,
            broken: Self::BROKEN || <Self::Cell as CellType>::BROKEN,
            artificial: <Self::Cell as CellType>::ARTIFICIAL,
            declare: Self::declare,
        }
    }
}

/// A type of cell, declared by `cell_rule!`; mechanisms that are cells of their own (`NetStim`, `IntFire1`) are cell
/// types, too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a cell type",
    label = "expected a cell type here",
    note = "cell types are declared by `cell_rule! {{ pub Pyramidal {{ soma {{ .. }} }} }}`"
)]
pub trait CellType: 'static {
    /// The name in the model.
    const NAME: &'static str;
    #[doc(hidden)]
    const PATH: &'static str;
    #[doc(hidden)]
    const BROKEN: bool = false;
    /// Its sections; none for an artificial cell.
    #[doc(hidden)]
    const SECTIONS: &'static [SectionFact];
    /// Its point processes.
    #[doc(hidden)]
    const POINTS: &'static [PointFact] = &[];
    /// It has no membrane: its name is that of a mechanism.
    #[doc(hidden)]
    const ARTIFICIAL: bool = false;
    /// Parameters that a population may set: of artificial cells.
    #[doc(hidden)]
    const VARIABLES: &'static [VariableFact] = &[];
    /// Weights of events that artificial cells receive.
    #[doc(hidden)]
    const WEIGHTS: &'static [VariableFact] = &[];
    #[doc(hidden)]
    fn declare(into: &mut Assembly);
}

/// A mechanism: shipped (`hh`, `pas`, `Exp2Syn`, ...) or compiled from NMODL by `mechanism!`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a mechanism",
    label = "expected a mechanism here",
    note = "mechanisms are shipped (`hh`, `pas`, `Exp2Syn`, ..) or declared by `mechanism! {{ pub Im = \"mod/im.mod\" }}`"
)]
pub trait Mechanism: 'static {
    /// SUFFIX, POINT_PROCESS or ARTIFICIAL_CELL name.
    const NAME: &'static str;
    #[doc(hidden)]
    const BROKEN: bool = false;
    /// It is a point process that nothing but an event can set going.
    #[doc(hidden)]
    const WAITS_FOR_EVENTS: bool = false;
    /// Where its instances live.
    #[doc(hidden)]
    const KIND: MechanismKind;
    /// Everything that can be set or recorded.
    #[doc(hidden)]
    const VARIABLES: &'static [VariableFact];
    /// The elements of a connection's weight vector; none where it handles no events.
    #[doc(hidden)]
    const WEIGHTS: &'static [VariableFact];
    /// None for what is shipped: the runtime has it.
    #[doc(hidden)]
    fn native() -> NativeCode {
        NativeCode::default()
    }
    #[doc(hidden)]
    fn declare(into: &mut Assembly);
}

/// A kind of synapse: a point process with its parameters, declared by `synapse!`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a synapse",
    label = "expected a synapse here",
    note = "synapses are declared by `synapse! {{ pub Exc: Exp2Syn {{ tau1: 0.1 ms, tau2: 5 ms, e: 0 mV }} }}`"
)]
pub trait Synapse: 'static {
    /// The name in the model.
    const NAME: &'static str;
    #[doc(hidden)]
    const PATH: &'static str;
    #[doc(hidden)]
    const BROKEN: bool = false;
    /// The point process.
    type Mechanism: Mechanism;
    #[doc(hidden)]
    fn declare(into: &mut Assembly);
}

/// A connection rule, declared by `conn_rule!`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a connection rule",
    label = "expected a connection rule here",
    note = "rules are declared by `conn_rule! {{ pub EI: E -> I {{ .. }} }}`; rules that are values stand in \
            parentheses: `connect: [EI, (rule), ..(rules)]`"
)]
pub trait Rule: 'static {
    /// The name in the model.
    const NAME: &'static str;
    #[doc(hidden)]
    const PATH: &'static str;
    #[doc(hidden)]
    const BROKEN: bool = false;
    /// Where connections come from.
    type Pre: Population;
    /// Where they go.
    type Post: Population;
    #[doc(hidden)]
    fn declare(into: &mut Assembly);
}

/// A stimulus, declared by `stimulus!`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stimulus",
    label = "expected a stimulus here",
    note = "stimuli are declared by `stimulus! {{ pub Drive: IClamp {{ amp: 0.1 nA, .. }} -> E at soma(0.5) }}`"
)]
pub trait Stimulus: 'static {
    /// The name in the model.
    const NAME: &'static str;
    #[doc(hidden)]
    const PATH: &'static str;
    #[doc(hidden)]
    const BROKEN: bool = false;
    /// Whose cells it drives.
    type Target: Population;
    #[doc(hidden)]
    fn declare(into: &mut Assembly);
}

/// A population as a value.
#[derive(Clone, Copy)]
pub struct PopHandle {
    /// The name in the model.
    pub name: &'static str,
    /// The name of its cell type.
    pub cell: &'static str,
    pub(crate) sections: &'static [SectionFact],
    pub(crate) broken: bool,
    pub(crate) artificial: bool,
    pub(crate) declare: fn(&mut Assembly),
}

impl PopHandle {
    /// Names of the sections of its cells.
    pub fn sections(&self) -> impl Iterator<Item = &'static str> {
        self.sections.iter().filter(|s| !s.is_list).map(|s| s.name)
    }
}

impl fmt::Debug for PopHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.cell)
    }
}

/// A cell of population `P`: `E.cell(0)`.
pub struct CellRef<P> {
    /// Index in the population, from 0.
    pub index: u32,
    population: PhantomData<fn() -> P>,
}

impl<P> Clone for CellRef<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for CellRef<P> {}

impl<P: Population> fmt::Debug for CellRef<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", P::NAME, self.index)
    }
}

/// A place on cells of type `C`: `Pyramidal::soma(0.5)`.
pub struct Loc<C> {
    /// Name of the section.
    pub section: &'static str,
    /// Position along it, 0..1.
    pub at: f64,
    cell: PhantomData<fn() -> C>,
}

impl<C> Clone for Loc<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Loc<C> {}

impl<C> fmt::Debug for Loc<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.section, self.at)
    }
}

impl<C> Loc<C> {
    /// Only the functions that `cell_rule!` writes make places, so that the section exists.
    #[doc(hidden)]
    #[must_use]
    pub const fn __new(section: &'static str, at: f64) -> Self {
        Self {
            section,
            at,
            cell: PhantomData,
        }
    }
}

/// Records the voltage at a place of a cell: `voltage(E.cell(0), Pyramidal::soma(0.5))`, in mV.
///
/// A place on cells of another type does not compile.
#[must_use]
pub fn voltage<P: Population>(cell: CellRef<P>, place: Loc<P::Cell>) -> model::Recording {
    variable(cell, place, "v")
}

fn of_cell<P: Population>(
    cell: CellRef<P>,
    label: String,
    what: model::Recorded,
) -> model::Recording {
    let mut cells = model::Selector::population(P::NAME);
    cells.cells = Some(vec![cell.index]);
    model::Recording {
        label,
        cells,
        what,
        interval: None,
    }
}

/// Records a variable of the synapses `S` of a cell, each in a trace of its own:
/// `synapse_variable::<Exc, _>(E.cell(0), "g")`, in the unit of the mechanism's file.
#[must_use]
pub fn synapse_variable<S: Synapse, P: Population>(
    cell: CellRef<P>,
    name: &str,
) -> model::Recording {
    let what = model::Recorded::Synapse {
        synapse: S::NAME.to_owned(),
        variable: name.to_owned(),
    };
    of_cell(cell, format!("{cell:?}.{}.{name}", S::NAME), what)
}

/// Records a variable of the electrode that a stimulus puts into a cell: `stimulus_variable::<Clamp, _>(E.cell(0), "i")`,
/// in the unit of the mechanism's file.
#[must_use]
pub fn stimulus_variable<S: Stimulus, P: Population>(
    cell: CellRef<P>,
    name: &str,
) -> model::Recording {
    let what = model::Recorded::Stimulus {
        stimulus: S::NAME.to_owned(),
        variable: name.to_owned(),
    };
    of_cell(cell, format!("{cell:?}.{}.{name}", S::NAME), what)
}

/// Records a variable of a point process that a cell rule declares: `point_variable(E.cell(0), "soma", "p", "i")`, in the
/// unit of the mechanism's file.
#[must_use]
pub fn point_variable<P: Population>(
    cell: CellRef<P>,
    section: &str,
    point: &str,
    name: &str,
) -> model::Recording {
    let what = model::Recorded::Point {
        section: section.to_owned(),
        point: point.to_owned(),
        variable: name.to_owned(),
    };
    of_cell(cell, format!("{cell:?}.{section}.{point}.{name}"), what)
}

/// Records a variable of a place by NEURON's name: `v` (mV), `ina` (mA/cm²), `m_hh`.
#[must_use]
pub fn variable<P: Population>(
    cell: CellRef<P>,
    place: Loc<P::Cell>,
    name: &str,
) -> model::Recording {
    let what = model::Recorded::Place {
        section: place.section.to_owned(),
        loc: place.at,
        variable: name.to_owned(),
    };
    of_cell(cell, format!("{cell:?}.{place:?}.{name}"), what)
}
