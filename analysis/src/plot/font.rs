//! The embedded font: widths for the layout, outlines for bitmaps.

use std::sync::LazyLock;

use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// A part of DejaVu Sans; see `font/LICENSE`.
static FACE: LazyLock<Face<'static>> = LazyLock::new(|| {
    let bytes = include_bytes!("../../font/DejaVuSans-subset.ttf");
    Face::parse(bytes, 0).expect("the embedded font is well-formed")
});

/// The glyph of a character; glyph 0 is the font's box for what it does not have.
fn glyph(character: char) -> GlyphId {
    FACE.glyph_index(character).unwrap_or(GlyphId(0))
}

fn advance(glyph: GlyphId) -> f64 {
    f64::from(FACE.glyph_hor_advance(glyph).unwrap_or(0)) / f64::from(FACE.units_per_em())
}

/// Width of `text` in a font of `size`.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    size * text.chars().map(|c| advance(glyph(c))).sum::<f64>()
}

/// `text` shortened with an ellipsis to fit into `room`.
pub(crate) fn elide(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while !kept.is_empty() && width(&kept, size) + width("…", size) > room {
        kept.pop();
    }
    kept + "…"
}

/// Outline of `text` starting at the origin, y pointing down; `None` if it has no ink.
pub(crate) fn outline(text: &str, size: f64) -> Option<Path> {
    let scale = size as f32 / f32::from(FACE.units_per_em());
    let mut pen = Pen {
        path: PathBuilder::new(),
        scale,
        x: 0.0,
    };
    let mut x = 0.0;
    for character in text.chars() {
        let glyph = glyph(character);
        pen.x = x as f32;
        // A blank has no outline: nothing to draw.
        let _blank = FACE.outline_glyph(glyph, &mut pen).is_none();
        x += size * advance(glyph);
    }
    pen.path.finish()?.transform(Transform::identity())
}

/// Turns font units into the figure's.
struct Pen {
    path: PathBuilder,
    scale: f32,
    x: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, -y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2)) = (self.at(x1, y1), self.at(x2, y2));
        let (x, y) = self.at(x, y);
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_signs_that_figures_use() {
        for character in "0123456789 azAZ µ−·…²³Ωτ∞≤≥→éČя".chars() {
            assert_ne!(glyph(character), GlyphId(0), "{character}");
        }
    }

    #[test]
    fn elides_only_what_is_too_long() {
        assert_eq!(elide("short", 10.0, 100.0), "short");
        let cut = elide("a very long population name", 10.0, 60.0);
        assert!(cut.ends_with('…') && cut.starts_with("a ve"), "{cut}");
        assert!(width(&cut, 10.0) <= 60.0);
    }

    #[test]
    fn outline_stands_on_the_baseline() {
        let bounds = outline("Hx", 100.0).unwrap().bounds();
        assert!(
            bounds.bottom().abs() < 1.0 && bounds.top() < -70.0,
            "{bounds:?}"
        );
        assert!((f64::from(bounds.right()) - width("Hx", 100.0)).abs() < 10.0);
        assert!(outline(" ", 100.0).is_none());
    }
}
