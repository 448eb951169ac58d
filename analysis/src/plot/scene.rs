//! A figure as a list of things to draw, before any file format.

use super::color::Color;

/// A figure: sizes are in points, the origin is the upper left corner, y points down.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// What the figure shows, for screen readers.
    pub title: String,
    /// Drawn in this order.
    pub items: Vec<Item>,
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A line through points.
    Line {
        /// `[x, y]`.
        points: Vec<[f64; 2]>,
        /// Colour.
        color: Color,
        /// Width.
        width: f64,
    },
    /// A filled polygon.
    Area {
        /// Corners `[x, y]`.
        points: Vec<[f64; 2]>,
        /// Fill.
        color: Color,
    },
    /// A filled rectangle.
    Bar {
        /// Upper left corner.
        corner: [f64; 2],
        /// Width and height.
        size: [f64; 2],
        /// Fill.
        color: Color,
    },
    /// Round dots of one colour; where they overlap the colour does not deepen.
    Dots {
        /// Centres `[x, y]`.
        centers: Vec<[f32; 2]>,
        /// Diameter.
        diameter: f64,
        /// Fill.
        color: Color,
    },
    /// A line of text.
    Text(Text),
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// Where `anchor` is, on the baseline.
    pub at: [f64; 2],
    /// What it says.
    pub text: String,
    /// Size of the font.
    pub size: f64,
    /// Colour.
    pub color: Color,
    /// Which part of the text `at` is.
    pub anchor: Anchor,
    /// Written upwards instead of to the right.
    pub upwards: bool,
}

/// Which part of a text is at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// Height of a digit by font size: adding half of it to a baseline centres a line of text.
pub(crate) const DIGIT_HEIGHT: f64 = 0.73;

impl Scene {
    pub(crate) fn line(&mut self, points: Vec<[f64; 2]>, color: Color, width: f64) {
        self.items.push(Item::Line {
            points,
            color,
            width,
        });
    }

    pub(crate) fn bar(&mut self, corner: [f64; 2], size: [f64; 2], color: Color) {
        self.items.push(Item::Bar {
            corner,
            size,
            color,
        });
    }

    /// Writes `text` with its anchor at `at`, centred vertically.
    pub(crate) fn text(
        &mut self,
        at: [f64; 2],
        text: &str,
        size: f64,
        color: Color,
        anchor: Anchor,
    ) {
        let at = [at[0], at[1] + 0.5 * DIGIT_HEIGHT * size];
        let text = text.to_owned();
        self.items.push(Item::Text(Text {
            at,
            text,
            size,
            color,
            anchor,
            upwards: false,
        }));
    }

    /// Writes `text` upwards, its middle at `at`.
    pub(crate) fn text_upwards(&mut self, at: [f64; 2], text: &str, size: f64, color: Color) {
        let at = [at[0] + 0.5 * DIGIT_HEIGHT * size, at[1]];
        let text = text.to_owned();
        self.items.push(Item::Text(Text {
            at,
            text,
            size,
            color,
            anchor: Anchor::Middle,
            upwards: true,
        }));
    }
}
