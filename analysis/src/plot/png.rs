//! Scenes as bitmaps.

use tiny_skia::{
    FillRule, LineCap, LineJoin, Mask, Paint, PathBuilder, Pixmap, Rect, Stroke, Transform,
};

use super::color::{Color, PAPER};
use super::font;
use super::scene::{Anchor, Item, Scene, Text};

/// Pixels by point: sharp on fine screens and in print.
const PIXELS_PER_POINT: f32 = 2.0;

/// The scene as a PNG file; `None` if it is empty or larger than a bitmap can be.
pub(crate) fn write(scene: &Scene) -> Option<Vec<u8>> {
    draw(scene)?.encode_png().ok()
}

pub(crate) fn draw(scene: &Scene) -> Option<Pixmap> {
    let pixels = |points: f64| (points as f32 * PIXELS_PER_POINT).round() as u32;
    let mut pixmap = Pixmap::new(pixels(scene.width), pixels(scene.height))?;
    pixmap.fill(skia_color(PAPER));
    for item in &scene.items {
        draw_item(&mut pixmap, item);
    }
    Some(pixmap)
}

fn skia_color(color: Color) -> tiny_skia::Color {
    let [r, g, b] = color.rgb;
    tiny_skia::Color::from_rgba8(r, g, b, color.alpha)
}

fn paint(color: Color) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(skia_color(color));
    paint
}

fn to_pixels() -> Transform {
    Transform::from_scale(PIXELS_PER_POINT, PIXELS_PER_POINT)
}

fn draw_item(pixmap: &mut Pixmap, item: &Item) {
    match item {
        Item::Line {
            points,
            color,
            width,
        } => {
            let stroke = Stroke {
                width: *width as f32,
                line_cap: LineCap::Butt,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            if let Some(path) = path_of(points, false) {
                pixmap.stroke_path(&path, &paint(*color), &stroke, to_pixels(), None);
            }
        }
        Item::Area { points, color } => {
            if let Some(path) = path_of(points, true) {
                pixmap.fill_path(&path, &paint(*color), FillRule::Winding, to_pixels(), None);
            }
        }
        Item::Bar {
            corner: [x, y],
            size: [w, h],
            color,
        } => {
            if let Some(rect) = Rect::from_xywh(*x as f32, *y as f32, *w as f32, *h as f32) {
                pixmap.fill_rect(rect, &paint(*color), to_pixels(), None);
            }
        }
        Item::Dots {
            centers,
            diameter,
            color,
        } => draw_dots(pixmap, centers, *diameter, *color),
        Item::Text(text) => draw_text(pixmap, text),
    }
}

/// `None` where there is nothing to see: fewer than two points.
fn path_of(points: &[[f64; 2]], close: bool) -> Option<tiny_skia::Path> {
    let mut builder = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    builder.move_to(first[0] as f32, first[1] as f32);
    for [x, y] in rest {
        builder.line_to(*x as f32, *y as f32);
    }
    if close {
        builder.close();
    }
    builder.finish()
}

/// Stamps all dots into one mask and paints through it: time by dot is that of its few pixels.
fn draw_dots(pixmap: &mut Pixmap, centers: &[[f32; 2]], diameter: f64, color: Color) {
    let (width, height) = (pixmap.width(), pixmap.height());
    let Some(mut mask) = Mask::new(width, height) else {
        return;
    };
    let radius = 0.5 * diameter as f32 * PIXELS_PER_POINT;
    for [x, y] in centers {
        stamp(
            mask.data_mut(),
            width,
            height,
            [x * PIXELS_PER_POINT, y * PIXELS_PER_POINT],
            radius,
        );
    }
    let everywhere = Rect::from_xywh(0.0, 0.0, width as f32, height as f32);
    if let Some(everywhere) = everywhere {
        pixmap.fill_rect(
            everywhere,
            &paint(color),
            Transform::identity(),
            Some(&mask),
        );
    }
}

/// Raises the mask to the coverage of one dot.
fn stamp(mask: &mut [u8], width: u32, height: u32, [cx, cy]: [f32; 2], radius: f32) {
    let span = |c: f32, limit: u32| {
        let low = (c - radius - 0.5).floor().max(0.0) as u32;
        let high = ((c + radius + 0.5).ceil().max(0.0) as u32).min(limit);
        low..high
    };
    for y in span(cy, height) {
        for x in span(cx, width) {
            let (dx, dy) = (x as f32 + 0.5 - cx, y as f32 + 0.5 - cy);
            let coverage = (radius + 0.5 - (dx * dx + dy * dy).sqrt()).clamp(0.0, 1.0);
            let pixel = &mut mask[(y * width + x) as usize];
            *pixel = (*pixel).max((coverage * 255.0) as u8);
        }
    }
}

fn draw_text(pixmap: &mut Pixmap, text: &Text) {
    let Some(path) = font::outline(&text.text, text.size) else {
        return;
    };
    let width = font::width(&text.text, text.size) as f32;
    let shift = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -0.5 * width,
        Anchor::End => -width,
    };
    let turn = if text.upwards {
        Transform::from_rotate(-90.0)
    } else {
        Transform::identity()
    };
    let place = Transform::from_translate(shift, 0.0)
        .post_concat(turn)
        .post_translate(text.at[0] as f32, text.at[1] as f32)
        .post_concat(to_pixels());
    pixmap.fill_path(&path, &paint(text.color), FillRule::Winding, place, None);
}

/// Share of pixels that differ from the paper, for tests.
#[cfg(test)]
pub(crate) fn inked(pixmap: &Pixmap) -> f64 {
    let paper =
        tiny_skia::PremultipliedColorU8::from_rgba(255, 255, 255, 255).expect("a valid colour");
    let inked = pixmap.pixels().iter().filter(|p| **p != paper).count();
    inked as f64 / pixmap.pixels().len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scene(items: Vec<Item>) -> Scene {
        Scene {
            width: 100.0,
            height: 50.0,
            title: String::new(),
            items,
        }
    }

    #[test]
    fn draws_what_the_scene_says() {
        let red = Color::hex(0xff0000);
        let bar = Item::Bar {
            corner: [0.0, 0.0],
            size: [50.0, 50.0],
            color: red,
        };
        assert!((inked(&draw(&scene(vec![bar])).unwrap()) - 0.5).abs() < 1e-6);
        let dots = Item::Dots {
            centers: vec![[50.0, 25.0], [50.0, 25.0]],
            diameter: 20.0,
            color: red,
        };
        let area = std::f64::consts::PI * 100.0 / 5000.0;
        let share = inked(&draw(&scene(vec![dots])).unwrap());
        assert!((share / area - 1.0).abs() < 0.06, "{share} {area}");
    }

    #[test]
    fn dots_at_the_rim_are_cut() {
        let centers = vec![[0.0, 0.0], [100.0, 50.0], [-50.0, 10.0], [500.0, 10.0]];
        let dots = Item::Dots {
            centers,
            diameter: 10.0,
            color: Color::hex(0),
        };
        assert!(inked(&draw(&scene(vec![dots])).unwrap()) > 0.0);
    }

    #[test]
    fn text_lies_on_the_side_its_anchor_says() {
        for (anchor, left, right) in [(Anchor::Start, false, true), (Anchor::End, true, false)] {
            let mut scene = scene(vec![]);
            scene.text([50.0, 25.0], "HHH", 12.0, Color::hex(0), anchor);
            let pixmap = draw(&scene).unwrap();
            let dark = |from: u32, to: u32| {
                (from..to)
                    .any(|x| (0..100).any(|y| pixmap.pixel(x, y).is_some_and(|p| p.red() < 100)))
            };
            assert_eq!((dark(0, 100), dark(100, 200)), (left, right), "{anchor:?}");
        }
    }
}
