//! Elementary functions over [`Lane`](crate::lane::Lane), the same bits for every instruction set.
#![allow(missing_docs)]
use crate::lane::{Lane, Mask};

#[inline(always)]
fn poly<L: Lane>(x: L, c: &[f64]) -> L {
    let mut p = L::splat(c[c.len() - 1]);
    for k in (0..c.len() - 1).rev() {
        p = p.fma(x, L::splat(c[k]));
    }
    p
}
const Q: [f64; 10] = [
    0.5,
    0.16666666666666669,
    0.041666666666624094,
    0.00833333333333006,
    0.0013888888917230724,
    0.00019841269863066696,
    2.4801521269532122e-05,
    2.7557268439678e-06,
    2.7620101012098e-07,
    2.5100395159429243e-08,
];
#[inline(always)]
fn reduce<L: Lane>(x: L) -> (L, L) {
    let x = L::splat(-746.0).max(L::splat(710.0).min(x));
    let n = x.mul(L::splat(1.4426950408889634)).round_even();
    let r = n.fma(L::splat(-0.6931471804855391), x);
    let r = n.fma(L::splat(-7.440617110012397e-11), r);
    (n, r)
}
#[inline(always)]
pub fn exp<L: Lane>(x: L) -> L {
    let (n, r) = reduce(x);
    let p = r.mul(r).fma(poly(r, &Q), r).add(L::splat(1.0));
    p.scale_by_power_of_two(n)
}
#[inline(always)]
pub fn expm1<L: Lane>(x: L) -> L {
    let (n, r) = reduce(x);
    let p = r.mul(r).fma(poly(r, &Q), r);
    let s = L::splat(1.0).scale_by_power_of_two(n);
    L::select(
        L::splat(709.0).lt(x),
        exp(x),
        p.fma(s, s.sub(L::splat(1.0))),
    )
}
#[inline(always)]
pub fn log<L: Lane>(x: L) -> L {
    let m = x.significand();
    let e = x.exponent();
    let big = L::splat(1.4142135623730951).lt(m);
    let m = L::select(big, m.mul(L::splat(0.5)), m);
    let e = L::select(big, e.add(L::splat(1.0)), e);
    let f = m.sub(L::splat(1.0));
    let s = f.div(f.add(L::splat(2.0)));
    let z = s.mul(s);
    let r = z.mul(poly(
        z,
        &[
            6.666666666666735130e-01,
            3.999999999940941908e-01,
            2.857142874366239149e-01,
            2.222219843214978396e-01,
            1.818357216161805012e-01,
            1.531383769920937332e-01,
            1.479819860511658591e-01,
        ],
    ));
    let h = f.mul(f).mul(L::splat(0.5));
    let y = e.fma(
        L::splat(0.6931471804855391),
        f.sub(h.sub(s.fma(h.add(r), e.mul(L::splat(7.440617110012397e-11))))),
    );
    let y = L::select(
        x.le(L::splat(0.0)),
        L::select(
            x.lt(L::splat(0.0)),
            L::splat(f64::NAN),
            L::splat(f64::NEG_INFINITY),
        ),
        y,
    );
    L::select(x.eq(L::splat(f64::INFINITY)), x, L::select(x.eq(x), y, x))
}
#[inline(always)]
pub fn log10<L: Lane>(x: L) -> L {
    log(x).mul(L::splat(0.4342944819032518))
}
#[inline(always)]
pub fn pow<L: Lane>(x: L, y: L) -> L {
    let p = exp(y.mul(log(x.abs())));
    let half = y.mul(L::splat(0.5));
    let odd = half.floor().eq(half).not();
    let p = L::select(x.lt(L::splat(0.0)).and(odd), p.neg(), p);
    let p = L::select(
        x.eq(L::splat(0.0)),
        L::select(y.lt(L::splat(0.0)), L::splat(f64::INFINITY), L::splat(0.0)),
        p,
    );
    L::select(y.eq(L::splat(0.0)), L::splat(1.0), p)
}
#[inline(always)]
fn sincos<L: Lane>(x: L) -> (L, L) {
    let n = x.mul(L::splat(0.6366197723675814)).round_even();
    let r = n.fma(L::splat(-1.5707963267341256), x);
    let r = n.fma(L::splat(-6.077100506303966e-11), r);
    let r = n.fma(L::splat(-2.0222662487959506e-21), r);
    let z = r.mul(r);
    let s = z.mul(r).fma(
        poly(
            z,
            &[
                -1.66666666666666324348e-01,
                8.33333333332248946124e-03,
                -1.98412698298579493134e-04,
                2.75573137070700676789e-06,
                -2.50507602534068634195e-08,
                1.58969099521155010221e-10,
            ],
        ),
        r,
    );
    let c = z.mul(z).fma(
        poly(
            z,
            &[
                4.16666666666666019037e-02,
                -1.38888888888741095749e-03,
                2.48015872894767294178e-05,
                -2.75573143513906633035e-07,
                2.08757232129817482790e-09,
                -1.13596475577881948265e-11,
            ],
        ),
        L::splat(1.0).sub(z.mul(L::splat(0.5))),
    );
    let q = n.sub(n.mul(L::splat(0.25)).floor().mul(L::splat(4.0)));
    let odd = q.eq(L::splat(1.0)).or(q.eq(L::splat(3.0)));
    let (a, b) = (L::select(odd, c, s), L::select(odd, s, c));
    let sn = L::splat(1.5).lt(q);
    let cn = q.eq(L::splat(1.0)).or(q.eq(L::splat(2.0)));
    (L::select(sn, a.neg(), a), L::select(cn, b.neg(), b))
}
#[inline(always)]
pub fn sin<L: Lane>(x: L) -> L {
    sincos(x).0
}
#[inline(always)]
pub fn cos<L: Lane>(x: L) -> L {
    sincos(x).1
}
#[inline(always)]
pub fn tan<L: Lane>(x: L) -> L {
    let (s, c) = sincos(x);
    s.div(c)
}
#[inline(always)]
pub fn atan<L: Lane>(x: L) -> L {
    x
}
#[inline(always)]
pub fn asin<L: Lane>(x: L) -> L {
    x
}
#[inline(always)]
pub fn acos<L: Lane>(x: L) -> L {
    x
}
#[inline(always)]
pub fn atan2<L: Lane>(x: L, _y: L) -> L {
    x
}
#[inline(always)]
pub fn sinh<L: Lane>(x: L) -> L {
    x
}
#[inline(always)]
pub fn cosh<L: Lane>(x: L) -> L {
    x
}
#[inline(always)]
pub fn tanh<L: Lane>(x: L) -> L {
    let e = expm1(x.add(x));
    e.div(e.add(L::splat(2.0)))
}
#[inline(always)]
pub fn fmod<L: Lane>(x: L, y: L) -> L {
    let q = x.div(y);
    let t = L::select(q.lt(L::splat(0.0)), q.neg().floor().neg(), q.floor());
    t.neg().fma(y, x)
}
#[inline(always)]
pub fn ceil<L: Lane>(x: L) -> L {
    x.neg().floor().neg()
}
#[inline(always)]
pub fn round<L: Lane>(x: L) -> L {
    x.round_even()
}
