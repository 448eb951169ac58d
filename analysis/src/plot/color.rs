//! Colours.

/// A colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    /// Red, green, blue, 0..255.
    pub rgb: [u8; 3],
    /// 255 is opaque.
    pub alpha: u8,
}

impl Color {
    /// An opaque colour from `0xRRGGBB`.
    pub const fn hex(rgb: u32) -> Self {
        let [_, r, g, b] = rgb.to_be_bytes();
        Self {
            rgb: [r, g, b],
            alpha: 255,
        }
    }

    /// The same colour with another opacity, 255 for opaque.
    pub const fn with_alpha(self, alpha: u8) -> Self {
        Self { alpha, ..self }
    }

    /// `#rrggbb`.
    pub fn to_hex(self) -> String {
        let [r, g, b] = self.rgb;
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

/// Text and axes.
pub(crate) const INK: Color = Color::hex(0x2b2b2b);
/// Secondary text.
pub(crate) const GREY: Color = Color::hex(0x6e6e6e);
/// Guide lines.
pub(crate) const FAINT: Color = Color::hex(0xe4e4e4);
/// Paper.
pub(crate) const PAPER: Color = Color::hex(0xffffff);

/// The colours of Okabe and Ito, told apart by colour-blind readers, in an order that keeps neighbours distinct;
/// their yellow, invisible on white, is replaced by a grey.
const DISTINCT: [Color; 8] = [
    Color::hex(0x0072b2),
    Color::hex(0xd55e00),
    Color::hex(0x009e73),
    Color::hex(0xcc79a7),
    Color::hex(0x56b4e9),
    Color::hex(0xe69f00),
    Color::hex(0x5a5a5a),
    Color::hex(0x8c564b),
];

/// The colour of series number `k`; repeats after eight.
pub fn palette(k: usize) -> Color {
    DISTINCT[k % DISTINCT.len()]
}
