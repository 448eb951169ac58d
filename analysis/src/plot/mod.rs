//! Figures: what is drawn ([`scene`]), the writers, and one module a figure.

pub(crate) mod axis;
pub(crate) mod color;
pub(crate) mod font;
pub(crate) mod png;
pub(crate) mod raster;
pub(crate) mod scene;
pub(crate) mod svg;
