//! Scenes as SVG.

use std::fmt::Write;

use super::color::{Color, PAPER};
use super::scene::{Anchor, Item, Scene, Text};

/// Dots above which positions are rounded to half a point instead of a quarter.
const MANY_DOTS: usize = 50_000;

/// The scene as an SVG document.
pub(crate) fn write(scene: &Scene) -> String {
    let mut out = String::new();
    let (w, h) = (Number(scene.width), Number(scene.height));
    let title = escape(&scene.title);
    push(
        &mut out,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
             font-family=\"'DejaVu Sans', Verdana, sans-serif\" role=\"img\">\n<title>{title}</title>\n\
             <rect width=\"{w}\" height=\"{h}\" fill=\"{}\"/>\n",
            PAPER.to_hex()
        ),
    );
    for item in &scene.items {
        write_item(&mut out, item);
    }
    out.push_str("</svg>\n");
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text)
        .expect("writing to a string cannot fail");
}

fn write_item(out: &mut String, item: &Item) {
    match item {
        Item::Line {
            points,
            color,
            width,
        } => {
            let paint = paint("stroke", *color);
            let width = Number(*width);
            push(out, format_args!("<path d=\""));
            write_points(out, points);
            push(
                out,
                format_args!(
                    "\" fill=\"none\" {paint} stroke-width=\"{width}\" stroke-linejoin=\"round\"/>\n"
                ),
            );
        }
        Item::Area { points, color } => {
            push(out, format_args!("<path d=\""));
            write_points(out, points);
            push(out, format_args!("Z\" {}/>\n", paint("fill", *color)));
        }
        Item::Bar {
            corner: [x, y],
            size: [w, h],
            color,
        } => {
            let (x, y, w, h) = (Number(*x), Number(*y), Number(*w), Number(*h));
            let paint = paint("fill", *color);
            push(
                out,
                format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" {paint}/>\n"),
            );
        }
        Item::Dots {
            centers,
            diameter,
            color,
        } => write_dots(out, centers, *diameter, *color),
        Item::Text(text) => write_text(out, text),
    }
}

fn write_points(out: &mut String, points: &[[f64; 2]]) {
    for (k, [x, y]) in points.iter().enumerate() {
        let command = if k == 0 { "M" } else { "L" };
        push(out, format_args!("{command}{} {}", Number(*x), Number(*y)));
    }
}

/// All dots in one path: round ends of lines without length. Steps between dots are whole numbers of a small
/// unit, which keeps a dot at about seven characters; dots that fall together are written once.
fn write_dots(out: &mut String, centers: &[[f32; 2]], diameter: f64, color: Color) {
    let per_point: f32 = if centers.len() > MANY_DOTS { 2.0 } else { 4.0 };
    let mut cells: Vec<[i32; 2]> = centers
        .iter()
        .map(|[x, y]| {
            [
                (y * per_point).round() as i32,
                (x * per_point).round() as i32,
            ]
        })
        .collect();
    cells.sort_unstable();
    cells.dedup();
    let (scale, width) = (
        Number(f64::from(1.0 / per_point)),
        Number(diameter * f64::from(per_point)),
    );
    let paint = paint("stroke", color);
    push(
        out,
        format_args!(
            "<path transform=\"scale({scale})\" fill=\"none\" {paint} stroke-width=\"{width}\" stroke-linecap=\"round\" d=\""
        ),
    );
    let mut pen = [0, 0];
    for [y, x] in cells {
        let (dx, dy) = (x - pen[1], y - pen[0]);
        // A minus sign also separates.
        let gap = if dy < 0 { "" } else { " " };
        push(out, format_args!("m{dx}{gap}{dy}h0"));
        pen = [y, x];
    }
    out.push_str("\"/>\n");
}

fn write_text(out: &mut String, text: &Text) {
    let (x, y, size) = (Number(text.at[0]), Number(text.at[1]), Number(text.size));
    let anchor = match text.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let turn = if text.upwards {
        format!(" transform=\"rotate(-90 {x} {y})\"")
    } else {
        String::new()
    };
    let (paint, words) = (paint("fill", text.color), escape(&text.text));
    push(
        out,
        format_args!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" {paint}{anchor}{turn}>{words}</text>\n"
        ),
    );
}

fn paint(attribute: &str, color: Color) -> String {
    let hex = color.to_hex();
    if color.alpha == 255 {
        return format!("{attribute}=\"{hex}\"");
    }
    let opacity = Number(f64::from(color.alpha) / 255.0);
    format!("{attribute}=\"{hex}\" {attribute}-opacity=\"{opacity}\"")
}

/// Text between tags or in quotes. Control characters, which XML forbids, become spaces.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A coordinate with at most two digits after the point.
struct Number(f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (self.0 * 100.0).round() as i64;
        let (whole, rest) = (hundredths / 100, (hundredths % 100).abs());
        if hundredths < 0 && whole == 0 {
            f.write_str("-")?;
        }
        match rest {
            0 => write!(f, "{whole}"),
            rest if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            rest => write!(f, "{whole}.{rest:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let text = [0.0, -0.5, 12.34567, 3.05, -7.1, 100.0].map(|x| Number(x).to_string());
        assert_eq!(text, ["0", "-0.5", "12.35", "3.05", "-7.1", "100"]);
    }

    #[test]
    fn dots_make_one_path_with_relative_steps() {
        let mut out = String::new();
        write_dots(
            &mut out,
            &[[10.0, 1.0], [1.0, 1.0], [1.01, 1.0], [0.5, 2.0]],
            2.0,
            Color::hex(0),
        );
        assert!(out.contains("d=\"m4 4h0m36 0h0m-38 4h0\""), "{out}");
        assert!(
            out.contains("scale(0.25)") && out.contains("stroke-width=\"8\""),
            "{out}"
        );
    }

    #[test]
    fn text_is_escaped() {
        let mut scene = Scene {
            width: 1.0,
            height: 1.0,
            title: "a<b".into(),
            items: vec![],
        };
        scene.text(
            [0.0, 0.0],
            "R&D \"<x>\"\u{7}",
            10.0,
            Color::hex(0),
            Anchor::End,
        );
        let svg = write(&scene);
        assert!(
            svg.contains("R&amp;D &quot;&lt;x&gt;&quot; </text>"),
            "{svg}"
        );
        assert!(svg.contains("<title>a&lt;b</title>"), "{svg}");
    }
}
