//! Declarations and units.

use super::{Mark, Parsed, Parser, Token};
use crate::nmodl::ast::{Declaration, Node, Size, UnitEntry};

impl Parser<'_> {
    /// `[3]`, `[n]`
    pub(super) fn length(&mut self) -> Parsed<Option<Size>> {
        if !self.take(Mark::LeftBracket) {
            return Ok(None);
        }
        let size = self.size()?;
        self.expect(Mark::RightBracket, "]")?;
        Ok(Some(size))
    }

    pub(super) fn size(&mut self) -> Parsed<Size> {
        if self.token() == Token::Name {
            return Ok(Size::Name(self.name("a whole number")?));
        }
        Ok(Size::Number(self.whole_number()?))
    }

    /// `name[n] = 3 (mV) <0, 10>`, `name FROM 0 TO 1 START 0.5 (mM) <1e-3>`
    pub(super) fn declaration(&mut self) -> Parsed<Declaration> {
        while matches!(self.word(), Some("UNITSON" | "UNITSOFF")) {
            self.next();
        }
        let name = self.name("the name of a variable")?;
        let length = self.length()?;
        let value = if self.take(Mark::Assign) {
            Some(self.signed_number()?)
        } else {
            None
        };
        let mut unit = self.unit()?;
        let bounds = if self.word() == Some("FROM") {
            self.next();
            let from = self.signed_number()?;
            if !self.take_word("TO") {
                return self.fail("TO");
            }
            Some((from, self.signed_number()?))
        } else {
            None
        };
        let start = if self.word() == Some("START") {
            self.next();
            Some(self.signed_number()?)
        } else {
            None
        };
        if unit.is_none() {
            unit = self.unit()?;
        }
        let limits = self.limits()?;
        Ok(Declaration {
            name,
            length,
            value,
            bounds,
            start,
            unit,
            limits,
        })
    }

    /// `<0, 1>`; `<1e-3>`, a tolerance
    fn limits(&mut self) -> Parsed<Option<(f64, f64)>> {
        if !self.take(Mark::Less) {
            return Ok(None);
        }
        let low = self.signed_number()?;
        let high = if self.take(Mark::Comma) {
            self.signed_number()?
        } else {
            low
        };
        self.expect(Mark::Greater, ">")?;
        Ok(Some((low, high)))
    }

    /// `(mA) = (milliamp)`, `F = (faraday) (coulombs)`, `F = 96485 (coulombs)`
    pub(super) fn unit_entry(&mut self) -> Parsed<UnitEntry> {
        if let Some(short) = self.unit()? {
            self.expect(Mark::Assign, "=")?;
            return match self.unit()? {
                Some(long) => Ok(UnitEntry::Alias(short, long)),
                None => self.fail("a unit in parentheses"),
            };
        }
        let name = self.name("a unit in parentheses or the name of a constant")?;
        self.expect(Mark::Assign, "=")?;
        if let Some(of) = self.unit()? {
            // `foot2inch = (foot) -> (inch)`
            if self.take(Mark::Minus) {
                self.expect(Mark::Greater, "->")?;
            }
            return Ok(UnitEntry::Constant(name, of, self.unit()?));
        }
        let value = self.signed_number()?;
        let unit: Option<Node<String>> = self.unit()?;
        Ok(UnitEntry::Number(name, value, unit))
    }
}
