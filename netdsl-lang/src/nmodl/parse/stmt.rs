//! Statements.

use super::{Mark, Parsed, Parser, Token};
use crate::nmodl::ast::{Expr, Name, Node, Size, SolveStmt, Stmt, StmtKind, TableStmt};

/// Words that stand alone and change nothing for a simulation that does not share memory between mechanisms.
const WORDS: [&str; 6] = [
    "UNITSON",
    "UNITSOFF",
    "PROTECT",
    "MUTEXLOCK",
    "MUTEXUNLOCK",
    "THREADSAFE",
];

impl Parser<'_> {
    /// `{ statements }`
    pub(super) fn block(&mut self) -> Parsed<Vec<Stmt>> {
        self.braced(Self::statement)
    }

    /// `a, b[3]` behind LOCAL
    pub(super) fn locals(&mut self) -> Parsed<Vec<(Name, Option<Size>)>> {
        let mut locals = Vec::new();
        loop {
            let name = self.name("the name of a local variable")?;
            locals.push((name, self.length()?));
            if !self.take(Mark::Comma) {
                return Ok(locals);
            }
        }
    }

    fn statement(&mut self) -> Parsed<Stmt> {
        let start = self.peek().span;
        let kind = match self.token() {
            Token::Mark(Mark::LeftBrace) => StmtKind::Block(self.block()?),
            Token::Mark(Mark::Tilde) => self.reaction_or_equation()?,
            Token::Verbatim => {
                self.next();
                StmtKind::Verbatim(self.text(start).to_owned())
            }
            Token::Name => self.worded_statement()?,
            _ => return self.fail("a statement"),
        };
        Ok(Node::new(kind, start))
    }

    fn worded_statement(&mut self) -> Parsed<StmtKind> {
        let word = self.word().unwrap_or_default();
        match word {
            "LOCAL" => {
                self.next();
                Ok(StmtKind::Local(self.locals()?))
            }
            "IF" | "if" => self.if_statement(),
            "WHILE" | "while" => {
                self.next();
                Ok(StmtKind::While(self.condition()?, self.block()?))
            }
            "FROM" => self.loop_statement(),
            "SOLVE" => self.solve_statement(),
            "TABLE" => self.table_statement(),
            "WATCH" => {
                self.next();
                let mut all = vec![(self.condition()?, self.expr()?)];
                while self.take(Mark::Comma) {
                    all.push((self.condition()?, self.expr()?));
                }
                Ok(StmtKind::Watch(all))
            }
            "CONSERVE" => self.conserve(),
            "COMPARTMENT" => Ok(StmtKind::Compartment(self.spread()?)),
            "LONGITUDINAL_DIFFUSION" => Ok(StmtKind::Diffusion(self.spread()?)),
            "CONDUCTANCE" => {
                self.next();
                let name = self.name("the name of a conductance")?;
                let ion = if self.take_word("USEION") {
                    Some(self.name("the name of an ion")?)
                } else {
                    None
                };
                Ok(StmtKind::Conductance(name, ion))
            }
            "FOR_NETCONS" => {
                self.next();
                Ok(StmtKind::ForNetCons(self.arguments()?, self.block()?))
            }
            "INITIAL" => {
                self.next();
                Ok(StmtKind::Initial(self.block()?))
            }
            w if WORDS.contains(&w) => {
                self.next();
                Ok(StmtKind::Word(w.to_owned()))
            }
            "FORALL" | "RESET" | "LAG" | "FORCE" | "PUTQ" | "GETQ" => {
                let start = self.at;
                self.next();
                let depth = self.depth;
                self.skip_line(start, depth);
                Ok(StmtKind::Unsupported(word.to_owned()))
            }
            _ => self.assignment_or_call(),
        }
    }

    fn condition(&mut self) -> Parsed<Expr> {
        self.expect(Mark::LeftParen, "(")?;
        let condition = self.expr()?;
        self.expect(Mark::RightParen, ")")?;
        Ok(condition)
    }

    fn if_statement(&mut self) -> Parsed<StmtKind> {
        self.next();
        let condition = self.condition()?;
        let yes = self.block()?;
        let no = if !self.take_word("ELSE") {
            Vec::new()
        } else if matches!(self.word(), Some("IF" | "if")) {
            let span = self.peek().span;
            vec![Node::new(self.if_statement()?, span)]
        } else {
            self.block()?
        };
        Ok(StmtKind::If(condition, yes, no))
    }

    fn loop_statement(&mut self) -> Parsed<StmtKind> {
        self.next();
        let index = self.name("the loop's variable")?;
        self.expect(Mark::Assign, "=")?;
        let from = self.expr()?;
        if !self.take_word("TO") {
            return self.fail("TO");
        }
        let to = self.expr()?;
        let by = if self.take_word("BY") {
            Some(self.expr()?)
        } else {
            None
        };
        Ok(StmtKind::From {
            index,
            from,
            to,
            by,
            body: self.block()?,
        })
    }

    fn solve_statement(&mut self) -> Parsed<StmtKind> {
        self.next();
        let block = self.name("the name of a block")?;
        let steady = self.word() == Some("STEADYSTATE");
        let method = match self.word() {
            Some("METHOD" | "USING" | "STEADYSTATE") => {
                self.next();
                Some(self.name("a method such as cnexp")?)
            }
            _ => None,
        };
        if self.take_word("IFERROR") {
            self.block()?;
        }
        Ok(StmtKind::Solve(SolveStmt {
            block,
            method,
            steady,
        }))
    }

    fn table_statement(&mut self) -> Parsed<StmtKind> {
        self.next();
        let free = |word: Option<&str>| !matches!(word, Some("DEPEND" | "FROM") | None);
        let columns = if free(self.word()) {
            self.names("a variable")?
        } else {
            Vec::new()
        };
        let depend = if self.take_word("DEPEND") {
            self.names("a variable")?
        } else {
            Vec::new()
        };
        let mut end = |word: &str| {
            if self.take_word(word) {
                Ok(())
            } else {
                self.fail(word)
            }
        };
        end("FROM")?;
        let from = self.expr()?;
        if !self.take_word("TO") {
            return self.fail("TO");
        }
        let to = self.expr()?;
        if !self.take_word("WITH") {
            return self.fail("WITH");
        }
        let with = self.size()?;
        Ok(StmtKind::Table(TableStmt {
            columns,
            depend,
            from,
            to,
            with,
        }))
    }

    fn assignment_or_call(&mut self) -> Parsed<StmtKind> {
        let name = self.name("a statement")?;
        if self.is(Mark::LeftParen) {
            let (arguments, _) = self.call_arguments()?;
            return Ok(StmtKind::Call(name, arguments));
        }
        let mut prime = self.take(Mark::Prime);
        let index = if self.take(Mark::LeftBracket) {
            let index = self.expr()?;
            self.expect(Mark::RightBracket, "]")?;
            Some(index)
        } else {
            None
        };
        prime |= self.take(Mark::Prime);
        if self.is(Mark::Prime) {
            return self.fail("an equation of first order");
        }
        self.expect(Mark::Assign, "=")?;
        let value = self.expr()?;
        Ok(if prime {
            StmtKind::Derivative(name, index, value)
        } else {
            StmtKind::Assign(name, index, value)
        })
    }
}
