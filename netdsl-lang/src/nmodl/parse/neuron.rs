//! The NEURON block.

use super::{Mark, Parsed, Parser, Skip};
use crate::nmodl::ast::{NeuronStmt, Node};

impl Parser<'_> {
    pub(super) fn neuron_block(&mut self) -> Parsed<Vec<Node<NeuronStmt>>> {
        self.braced(Self::neuron_statement)
    }

    fn neuron_statement(&mut self) -> Parsed<Node<NeuronStmt>> {
        let word = self.name("a statement such as SUFFIX")?;
        let wanted = "the name of a variable";
        let kind = match word.kind.as_str() {
            "SUFFIX" => NeuronStmt::Suffix(self.name("a name")?),
            "POINT_PROCESS" => NeuronStmt::PointProcess(self.name("a name")?),
            "ARTIFICIAL_CELL" => NeuronStmt::ArtificialCell(self.name("a name")?),
            "USEION" => self.use_ion()?,
            "NONSPECIFIC_CURRENT" | "NONSPECIFIC" => {
                NeuronStmt::NonspecificCurrent(self.names(wanted)?)
            }
            "ELECTRODE_CURRENT" | "ELECTRIC_CURRENT" => {
                NeuronStmt::ElectrodeCurrent(self.names(wanted)?)
            }
            "RANGE" => NeuronStmt::Range(self.names(wanted)?),
            "GLOBAL" => NeuronStmt::Global(self.names(wanted)?),
            "POINTER" => NeuronStmt::Pointer(self.names(wanted)?),
            "BBCOREPOINTER" => NeuronStmt::BbCorePointer(self.names(wanted)?),
            "EXTERNAL" => NeuronStmt::External(self.names(wanted)?),
            "RANDOM" => NeuronStmt::Random(self.names("the name of a stream")?),
            "THREADSAFE" => NeuronStmt::ThreadSafe,
            "REPRESENTS" => {
                self.meaning()?;
                NeuronStmt::Represents
            }
            _ => {
                let message = format!("`{word}` is no statement of the NEURON block");
                self.report.error(word.span, message);
                return Err(Skip);
            }
        };
        Ok(Node::new(kind, word.span))
    }

    /// `[NCIT:C17145]` behind REPRESENTS; to the lexer, all behind the colon is a comment.
    fn meaning(&mut self) -> Parsed<()> {
        self.take(Mark::LeftBracket);
        self.name("the name of an ontology")?;
        self.take(Mark::RightBracket);
        Ok(())
    }

    fn use_ion(&mut self) -> Parsed<NeuronStmt> {
        let ion = self.name("the name of an ion")?;
        let (mut read, mut write, mut valence) = (Vec::new(), Vec::new(), None);
        loop {
            match self.word() {
                Some("READ") => {
                    self.next();
                    read.extend(self.names("a variable of the ion")?);
                }
                Some("WRITE") => {
                    self.next();
                    write.extend(self.names("a variable of the ion")?);
                }
                Some("VALENCE" | "CHARGE") => {
                    self.next();
                    valence = Some(self.signed_number()?);
                }
                Some("REPRESENTS") => {
                    self.next();
                    self.meaning()?;
                }
                _ => break,
            }
        }
        Ok(NeuronStmt::UseIon {
            ion,
            read,
            write,
            valence,
        })
    }
}
