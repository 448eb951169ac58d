//! How weights of connections change: numbers of the laws that rules name.

/// The laws of a rule's connections.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Plasticity {
    /// Changes with the times of spikes.
    pub stdp: Option<Stdp>,
    /// Changes that pass.
    pub short_term: Option<ShortTerm>,
}

/// Spike-timing-dependent plasticity of pairs (Song, Miller & Abbott 2000; Gütig et al. 2003) and triplets of spikes
/// (Pfister & Gerstner 2006).
///
/// A synapse has the traces `x` and `x_slow` of the events that came, its cell `y` and `y_slow` of its spikes. Each decays
/// with a time constant of its own, and one is added at each event (to `x` and `y` of a `nearest` law: they become one).
/// With the traces as they were before,
///
/// ```text
/// spike of the cell:  change = (a_plus + triplet_plus*y_slow)*x
/// event:              change = -(a_minus + triplet_minus*x_slow)*y
/// ```
///
/// A change `c` moves the weight `w` by `c*w_max*(1 - w/w_max)^mu_plus` if it is positive, else by
/// `c*w_max*(w/w_max)^mu_minus`; it stays between `w_min` and `w_max`. An event has the weight from before its own change.
/// The delay is that of the axon: what counts is when the event comes, which at the moment of a spike comes before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stdp {
    /// Decay of `x`, ms.
    pub tau_plus: f64,
    /// Decay of `y`, ms.
    pub tau_minus: f64,
    /// Decay of `x_slow`, ms.
    pub tau_x: f64,
    /// Decay of `y_slow`, ms.
    pub tau_y: f64,
    /// Potentiation by a pair, of `w_max`.
    pub a_plus: f64,
    /// Depression by a pair, of `w_max`.
    pub a_minus: f64,
    /// Potentiation by a triplet.
    pub triplet_plus: f64,
    /// Depression by a triplet.
    pub triplet_minus: f64,
    /// Exponent of the distance from `w_max`: 0 additive, 1 multiplicative.
    pub mu_plus: f64,
    /// Exponent of the weight.
    pub mu_minus: f64,
    /// Weight furthest from 0.
    pub w_max: f64,
    /// Weight nearest to 0.
    pub w_min: f64,
    /// Only the last event and spike count, not all before.
    pub nearest: bool,
    /// Changes are remembered, decaying with this time constant (ms), until a reward makes weights of them
    /// (Izhikevich 2007); 0: they are made at once.
    pub tau_eligibility: f64,
}

/// Short-term plasticity (Tsodyks, Pawelzik & Markram 1998): an event has the weight times `u*r`, where
///
/// ```text
/// u <- u_0 + u*(1 - u_0)*exp(-dt/tau_facil)
/// r <- 1 + (r - r*u - 1)*exp(-dt/tau_rec)
/// ```
///
/// from one event to the next, and at the first one `u` is `u_0` and `r` is 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShortTerm {
    /// Release at rest, 0..1.
    pub u_0: f64,
    /// Recovery from depression, ms.
    pub tau_rec: f64,
    /// Decay of facilitation, ms; 0: none.
    pub tau_facil: f64,
}

impl Stdp {
    /// Both ends between which weights stay, ascending.
    #[inline]
    pub fn bounds(&self) -> (f64, f64) {
        (self.w_min.min(self.w_max), self.w_min.max(self.w_max))
    }

    /// Weight after a change.
    #[inline(always)]
    pub(crate) fn changed(&self, weight: f64, change: f64) -> f64 {
        let (mut factor, exponent) = if change > 0.0 {
            (1.0 - weight / self.w_max, self.mu_plus)
        } else {
            (weight / self.w_max, self.mu_minus)
        };
        if exponent == 0.0 {
            factor = 1.0;
        } else if exponent != 1.0 {
            factor = power(factor, exponent);
        }
        let (low, high) = self.bounds();
        (weight + change * self.w_max * factor).clamp(low, high)
    }

    /// Triplets count.
    pub(crate) fn has_triplets(&self) -> bool {
        self.triplet_plus != 0.0 || self.triplet_minus != 0.0
    }

    /// Changes wait for rewards.
    pub(crate) fn is_rewarded(&self) -> bool {
        self.tau_eligibility > 0.0
    }
}

#[cold]
fn power(share: f64, exponent: f64) -> f64 {
    netdsl_lang::math::pow(share.max(0.0), exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STDP: Stdp = Stdp {
        tau_plus: 20.0,
        tau_minus: 20.0,
        tau_x: 100.0,
        tau_y: 100.0,
        a_plus: 0.01,
        a_minus: 0.01,
        triplet_plus: 0.0,
        triplet_minus: 0.0,
        mu_plus: 0.0,
        mu_minus: 0.0,
        w_max: 2.0,
        w_min: 0.0,
        nearest: false,
        tau_eligibility: 0.0,
    };

    #[test]
    fn bounds_hold_for_either_sign() {
        assert_eq!(STDP.changed(1.0, 0.1), 1.2);
        assert_eq!(STDP.changed(1.0, -0.1), 0.8);
        assert_eq!(STDP.changed(1.9, 0.1), 2.0);
        assert_eq!(STDP.changed(0.1, -0.1), 0.0);
        let inhibitory = Stdp {
            w_max: -2.0,
            ..STDP
        };
        assert_eq!(inhibitory.changed(-1.0, 0.1), -1.2);
        assert_eq!(inhibitory.changed(-1.9, 0.1), -2.0);
        assert_eq!(inhibitory.changed(-0.1, -0.1), 0.0);
    }

    #[test]
    fn exponents_weigh_changes() {
        let multiplicative = Stdp {
            mu_plus: 1.0,
            mu_minus: 1.0,
            ..STDP
        };
        assert_eq!(multiplicative.changed(1.5, 0.1), 1.55);
        assert_eq!(multiplicative.changed(1.5, -0.1), 1.35);
        let between = Stdp {
            mu_plus: 0.5,
            ..STDP
        };
        assert!((between.changed(1.5, 0.1) - 1.6).abs() < 1e-15);
    }
}
