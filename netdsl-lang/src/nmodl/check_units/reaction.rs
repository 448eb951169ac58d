//! Units in KINETIC: all states of a reaction are amounts of one kind, which change per millisecond.

use super::quantity::{Quantity, Scale};
use super::{Bound, Checker};
use crate::nmodl::ast::{Expr, Name, Rates, Reaction, Span, Spread, Term};

impl<'a> Checker<'a> {
    /// `COMPARTMENT volume { a b }`
    pub(super) fn compartment(&mut self, spread: &'a Spread) {
        let volume = self.spread(spread);
        for name in &spread.names {
            self.volumes.insert(&name.kind, volume.clone());
        }
    }

    /// `LONGITUDINAL_DIFFUSION d { a }`: an area times a diffusion constant, of volumes per length.
    pub(super) fn diffusion(&mut self, spread: &'a Spread) {
        let found = self.spread(spread);
        let span = spread.value.span;
        let wanted = self.text(Some("micron4/ms"), span);
        self.same(
            wanted,
            found,
            span,
            "area times diffusion constant should be",
        );
        let area = self.text(Some("micron2"), span);
        for name in &spread.names {
            if let Some(volume) = self.volumes.get(name.kind.as_str()).cloned() {
                let what = format!("the volume per length of `{name}` should be");
                self.same(area.clone(), volume, name.span, &what);
            }
        }
    }

    fn spread(&mut self, spread: &'a Spread) -> Quantity {
        self.scopes.push(Default::default());
        if let Some(index) = &spread.index {
            let quantity = Quantity::of(Scale::ONE);
            let bound = Bound {
                quantity,
                local: true,
            };
            self.innermost().insert(&index.kind, bound);
        }
        let found = self.expr(&spread.value);
        self.scopes.pop();
        found
    }

    /// Forward and backward rates make amounts per ms of products of concentrations.
    pub(super) fn reaction(&mut self, reaction: &'a Reaction) {
        let span = reaction
            .left
            .first()
            .map_or(Span::default(), |term| term.name.span);
        let amount = self.one_amount(reaction.left.iter().chain(&reaction.right));
        let time = self.text(Some("ms"), span);
        let flux = amount.combine(time, Scale::over);
        match &reaction.rates {
            Rates::Both { forward, backward } => {
                self.rate(&flux, &reaction.left, forward);
                self.rate(&flux, &reaction.right, backward);
            }
            Rates::Decay(rate) => self.rate(&flux, &reaction.left, rate),
            Rates::Flux(found) => {
                let quantity = self.expr(found);
                self.same(flux.clone(), quantity, found.span, "the flux should be");
            }
        }
        for name in ["f_flux", "b_flux"] {
            self.names.insert(name, flux.clone());
        }
    }

    fn rate(&mut self, flux: &Quantity, terms: &'a [Term], rate: &'a Expr) {
        let start = Quantity::of(Scale::ONE);
        let product = terms.iter().fold(start, |product, term| {
            let power = i8::try_from(term.count).unwrap_or(i8::MAX);
            match self.name(&term.name.kind, term.name.span) {
                Quantity::Of(scale) => {
                    product.combine(Quantity::of(scale.power(power)), Scale::times)
                }
                other => product.combine(other, Scale::times),
            }
        });
        let wanted = flux.clone().combine(product, Scale::over);
        let found = self.expr(rate);
        self.same(wanted, found, rate.span, "the rate should be");
    }

    /// The amount of a state: its value, times its volume where there is a COMPARTMENT.
    fn amount(&mut self, name: &'a Name) -> Quantity {
        let value = self.name(&name.kind, name.span);
        match self.volumes.get(name.kind.as_str()).cloned() {
            Some(volume) => value.combine(volume, Scale::times),
            None => value,
        }
    }

    fn one_amount(&mut self, terms: impl Iterator<Item = &'a Term>) -> Quantity {
        let mut all: Option<Quantity> = None;
        for term in terms {
            let amount = self.amount(&term.name);
            all = Some(match all {
                Some(first) => {
                    let what = format!("the amount of `{}` should be", term.name);
                    self.same(first, amount, term.name.span, &what)
                }
                None => amount,
            });
        }
        all.unwrap_or(Quantity::Unknown)
    }

    /// `CONSERVE a + 2 b = total`
    pub(super) fn conserve(&mut self, terms: &'a [Term], total: &'a Expr) {
        let sum = self.one_amount(terms.iter());
        let found = self.expr(total);
        self.same(sum, found, total.span, "the sum should be");
    }
}
