//! Numbers of twice the precision: an unevaluated sum of two.

use crate::lane::Lane;

/// `high + low`, where `low` is the rounding error of `high` and little more.
#[derive(Clone, Copy)]
pub(super) struct Double<L> {
    pub(super) high: L,
    pub(super) low: L,
}

impl<L: Lane> Double<L> {
    /// `a + b` exactly, where |a| ≥ |b| or a = 0.
    #[inline(always)]
    pub(super) fn sum_of_ordered(a: L, b: L) -> Self {
        let high = a.add(b);
        Self {
            high,
            low: a.sub(high).add(b),
        }
    }

    /// `a + b` exactly.
    #[inline(always)]
    pub(super) fn sum(a: L, b: L) -> Self {
        let high = a.add(b);
        let b_part = high.sub(a);
        let a_part = high.sub(b_part);
        Self {
            high,
            low: a.sub(a_part).add(b.sub(b_part)),
        }
    }

    /// `a * b` exactly, short of underflow.
    #[inline(always)]
    pub(super) fn product(a: L, b: L) -> Self {
        let high = a.mul(b);
        Self {
            high,
            low: a.fma(b, high.neg()),
        }
    }

    /// `self * b`, with an error of about 2^-105 of it.
    #[inline(always)]
    pub(super) fn times(self, b: Self) -> Self {
        let exact = Self::product(self.high, b.high);
        Self {
            high: exact.high,
            low: self.high.fma(b.low, self.low.fma(b.high, exact.low)),
        }
    }

    /// `self + small`.
    #[inline(always)]
    pub(super) fn plus_low(self, small: L) -> Self {
        Self {
            high: self.high,
            low: self.low.add(small),
        }
    }

    /// `self / b`, with an error of about 2^-104 of it, where both low parts are rounding errors.
    #[inline(always)]
    pub(super) fn over(self, b: Self) -> Self {
        let inverse = L::splat(1.0).div(b.high);
        let high = self.high.mul(inverse);
        let minus = high.neg();
        let remainder = minus.fma(b.low, minus.fma(b.high, self.high).add(self.low));
        Self {
            high,
            low: remainder.mul(inverse),
        }
    }

    /// Twice the number.
    #[inline(always)]
    pub(super) fn doubled(self) -> Self {
        Self {
            high: self.high.add(self.high),
            low: self.low.add(self.low),
        }
    }

    /// −self.
    #[inline(always)]
    pub(super) fn negated(self) -> Self {
        Self {
            high: self.high.neg(),
            low: self.low.neg(),
        }
    }

    /// `mask ? yes : no`.
    #[inline(always)]
    pub(super) fn select(mask: L::Mask, yes: Self, no: Self) -> Self {
        Self {
            high: L::select(mask, yes.high, no.high),
            low: L::select(mask, yes.low, no.low),
        }
    }

    /// The same number, with a low part that is the rounding error of the high one, where |high| ≥ |low|.
    #[inline(always)]
    pub(super) fn normalized(self) -> Self {
        Self::sum_of_ordered(self.high, self.low)
    }

    /// Both parts as one number.
    #[inline(always)]
    pub(super) fn rounded(self) -> L {
        self.high.add(self.low)
    }
}
