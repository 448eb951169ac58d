//! Raster: a dot a spike, a row a cell, and the populations' rates below.

use super::axis::{Ticks, grouped, round_up, three_figures};
use super::color::{Color, FAINT, GREY, INK, palette};
use super::font;
use super::scene::{Anchor, Item, Scene};
use crate::data::{DataError, Placed, SpikeData};
use crate::figure::Figure;
use crate::stats::{self, RateHistogram};

/// How a raster is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct RasterOptions {
    /// Written above the figure.
    pub title: Option<String>,
    /// Part of the run that is shown, ms, both ends included; all of it if `None`. Rates are of this part.
    pub time_range: Option<[f64; 2]>,
    /// Bin of the rate curves, ms; by default a round number that suits length and number of spikes.
    pub bin: Option<f64>,
    /// Width and height, points (a PNG has two pixels a point). With many populations the height grows as needed.
    pub size: [f64; 2],
}

impl Default for RasterOptions {
    fn default() -> Self {
        Self {
            title: None,
            time_range: None,
            bin: None,
            size: [860.0, 540.0],
        }
    }
}

/// Draws the raster of a whole run.
pub fn raster(data: &SpikeData<'_>) -> Result<Figure, DataError> {
    raster_with(data, &RasterOptions::default())
}

/// Draws a raster as the options say.
pub fn raster_with(data: &SpikeData<'_>, options: &RasterOptions) -> Result<Figure, DataError> {
    let range = check(data, options)?;
    let placed = data.place()?;
    let shown: Vec<Placed> = placed
        .into_iter()
        .filter(|s| stats::within(s.time, range))
        .collect();
    let bin = options
        .bin
        .unwrap_or_else(|| default_bin(range, shown.len()));
    let rates = stats::histogram(data, &shown, range, bin);
    let drawing = Drawing {
        data,
        options,
        range,
        spikes: &shown,
        layout: Layout::of(data, options),
    };
    Ok(Figure::new(drawing.draw(&rates)))
}

/// Smallest width and height: below, labels cover the dots.
const SMALLEST: [f64; 2] = [320.0, 240.0];
const LARGEST: f64 = 10_000.0;

fn check(data: &SpikeData<'_>, options: &RasterOptions) -> Result<[f64; 2], DataError> {
    let mut mistakes = data.place().err().map_or(Vec::new(), |e| e.mistakes);
    let range = options.time_range.unwrap_or([0.0, data.duration]);
    let [start, end] = range;
    if options.time_range.is_some() && !(start >= 0.0 && end > start && end <= data.duration) {
        mistakes.push(format!(
            "time range is {start}..{end} ms: it must lie within the run, 0..{} ms, and not be empty",
            data.duration
        ));
    }
    let longest = 100_000.0;
    if options
        .bin
        .is_some_and(|bin| !(bin > 0.0 && bin.is_finite() && (end - start) / bin <= longest))
    {
        let bin = options.bin.unwrap_or_default();
        mistakes.push(format!(
            "bin is {bin} ms: it must be above 0 and make at most {longest} bins"
        ));
    }
    let [width, height] = options.size;
    let fits = |size: f64, smallest: f64| (smallest..=LARGEST).contains(&size);
    if !(fits(width, SMALLEST[0]) && fits(height, SMALLEST[1])) {
        mistakes.push(format!(
            "size is {width} x {height} points: give {} x {} to {LARGEST} x {LARGEST}",
            SMALLEST[0], SMALLEST[1]
        ));
    }
    if mistakes.is_empty() {
        Ok(range)
    } else {
        Err(DataError { mistakes })
    }
}

/// A round bin: some 200 over the range, more spikes than ten in a bin on average, five bins at least.
fn default_bin([start, end]: [f64; 2], spikes: usize) -> f64 {
    let length = end - start;
    let enough_spikes = length * 10.0 / spikes.max(1) as f64;
    round_up((length / 250.0).max(enough_spikes).min(length / 5.0))
}

const LABEL: f64 = 11.0;
const TICK: f64 = 10.0;
const LEFT: f64 = 58.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 42.0;
const GAP: f64 = 16.0;
/// Share of the panels' height that the dots get.
const DOTS_SHARE: f64 = 0.76;
/// Populations above which surfaces below the curves would only mix.
const MOST_SURFACES: usize = 4;
/// Widest population name.
const NAME_ROOM: f64 = 130.0;
/// Lines of the label of a population by population, and their distance.
const LINE: f64 = 14.0;

/// Where the two panels are.
struct Layout {
    width: f64,
    height: f64,
    /// Left and right end of both panels.
    x: [f64; 2],
    /// Top and bottom of the dots.
    dots: [f64; 2],
    /// Top and bottom of the rates.
    rates: [f64; 2],
}

impl Layout {
    fn of(data: &SpikeData<'_>, options: &RasterOptions) -> Self {
        let [width, height] = options.size;
        let needed = (data.populations.len() as f64 + 1.0) * LINE;
        let dots = ((height - TOP - BOTTOM - GAP) * DOTS_SHARE).max(needed);
        let rates = (height - TOP - BOTTOM - GAP) * (1.0 - DOTS_SHARE);
        let names = data.populations.iter().map(|p| font::width(p.name, LABEL));
        let name = names.fold(0.0, f64::max).min(NAME_ROOM);
        let right = 22.0 + name.max(font::width("00.0 Hz", TICK)) + font::width("  00.0 Hz", TICK);
        let dots = [TOP, TOP + dots];
        let rates = [dots[1] + GAP, dots[1] + GAP + rates];
        Self {
            width,
            height: rates[1] + BOTTOM,
            x: [LEFT, width - right],
            dots,
            rates,
        }
    }
}

/// A raster being drawn.
struct Drawing<'a> {
    data: &'a SpikeData<'a>,
    options: &'a RasterOptions,
    range: [f64; 2],
    spikes: &'a [Placed],
    layout: Layout,
}

impl Drawing<'_> {
    fn draw(&self, rates: &RateHistogram) -> Scene {
        let summary = self.summary();
        let mut scene = Scene {
            width: self.layout.width,
            height: self.layout.height,
            title: match &self.options.title {
                Some(title) => format!("{title}: raster of {summary}"),
                None => format!("Raster of {summary}"),
            },
            items: Vec::new(),
        };
        self.draw_header(&mut scene, &summary);
        self.draw_time_axis(&mut scene);
        self.draw_bands(&mut scene);
        self.draw_dots(&mut scene);
        self.draw_labels(&mut scene);
        self.draw_rates(&mut scene, rates);
        scene
    }

    fn seconds(&self) -> f64 {
        (self.range[1] - self.range[0]) / 1000.0
    }

    fn summary(&self) -> String {
        let (cells, spikes) = (self.data.cells(), self.spikes.len());
        let rate = stats::mean_rate(spikes, cells, self.seconds());
        format!(
            "{} cells · {} spikes · {} Hz",
            grouped(cells as i64),
            grouped(spikes as i64),
            three_figures(rate)
        )
    }

    fn draw_header(&self, scene: &mut Scene, summary: &str) {
        let [left, right] = self.layout.x;
        let y = TOP - 16.0;
        let Some(title) = &self.options.title else {
            scene.text([left, y], summary, LABEL, GREY, Anchor::Start);
            return;
        };
        let room = right - left - font::width(summary, LABEL) - 20.0;
        scene.text(
            [left, y],
            &font::elide(title, 13.0, room),
            13.0,
            INK,
            Anchor::Start,
        );
        scene.text([right, y], summary, LABEL, GREY, Anchor::End);
    }

    fn time_x(&self, time: f64) -> f64 {
        let [left, right] = self.layout.x;
        let [start, end] = self.range;
        left + (time - start) / (end - start) * (right - left)
    }

    fn draw_time_axis(&self, scene: &mut Scene) {
        let (unit, scale) = if self.range[1] > 2000.0 {
            ("s", 1000.0)
        } else {
            ("ms", 1.0)
        };
        let [left, right] = self.layout.x;
        let (top, base) = (self.layout.dots[0], self.layout.rates[1]);
        let count = ((right - left) / 62.0) as usize;
        let ticks = Ticks::within(self.range[0] / scale, self.range[1] / scale, count);
        for &tick in &ticks.at {
            let x = self.time_x(tick * scale);
            scene.line(vec![[x, top], [x, base]], FAINT, 0.7);
            scene.line(vec![[x, base], [x, base + 4.0]], INK, 0.8);
            scene.text(
                [x, base + 12.0],
                &ticks.label(tick),
                TICK,
                INK,
                Anchor::Middle,
            );
        }
        let middle = 0.5 * (left + right);
        scene.text(
            [middle, base + 29.0],
            &format!("time ({unit})"),
            LABEL,
            INK,
            Anchor::Middle,
        );
        scene.line(vec![[left, base], [right, base]], INK, 0.8);
    }

    /// Height of a cell's row.
    fn row(&self) -> f64 {
        let [top, bottom] = self.layout.dots;
        (bottom - top) / self.data.cells().max(1) as f64
    }

    /// Top and bottom of each population's rows.
    fn bands(&self) -> Vec<[f64; 2]> {
        let mut cells = 0.0;
        let row = self.row();
        let mut band = |count: u32| {
            let top = self.layout.dots[0] + cells * row;
            cells += f64::from(count);
            [top, top + f64::from(count) * row]
        };
        self.data
            .populations
            .iter()
            .map(|p| band(p.count))
            .collect()
    }

    /// Tints, separators and the gids at the populations' first rows.
    fn draw_bands(&self, scene: &mut Scene) {
        let [left, right] = self.layout.x;
        let mut free_from = f64::NEG_INFINITY;
        for (k, ([top, bottom], p)) in self
            .bands()
            .into_iter()
            .zip(self.data.populations)
            .enumerate()
        {
            if p.count == 0 {
                continue;
            }
            scene.bar(
                [left, top],
                [right - left, bottom - top],
                palette(k).with_alpha(12),
            );
            scene.bar(
                [right + 4.0, top + 0.5],
                [4.0, (bottom - top - 1.0).max(0.5)],
                palette(k),
            );
            if top >= free_from {
                let gid = grouped(i64::from(p.first_gid));
                scene.line(vec![[left - 4.0, top], [left, top]], GREY, 0.8);
                scene.text([left - 7.0, top + 0.5], &gid, TICK, GREY, Anchor::End);
                free_from = top + LINE;
            }
        }
        let middle = 0.5 * (self.layout.dots[0] + self.layout.dots[1]);
        scene.text_upwards([11.0, middle], "cell (gid)", LABEL, INK);
    }

    fn draw_dots(&self, scene: &mut Scene) {
        let bands = self.bands();
        let row = self.row();
        let mut centers: Vec<Vec<[f32; 2]>> = vec![Vec::new(); bands.len()];
        for spike in self.spikes {
            let p = spike.population as usize;
            let y = bands[p][0] + (f64::from(spike.cell) + 0.5) * row;
            centers[p].push([self.time_x(spike.time) as f32, y as f32]);
        }
        let diameter = self.dot_diameter();
        for (k, centers) in centers.into_iter().enumerate() {
            scene.items.push(Item::Dots {
                centers,
                diameter,
                color: palette(k),
            });
        }
    }

    /// As large as a row, smaller where dots would merge into a surface.
    fn dot_diameter(&self) -> f64 {
        let [left, right] = self.layout.x;
        let [top, bottom] = self.layout.dots;
        let room = (right - left) * (bottom - top) / self.spikes.len().max(1) as f64;
        (self.row() * 1.2)
            .clamp(1.5, 4.0)
            .min((0.5 * room).sqrt())
            .max(0.8)
    }

    /// Names and rates on the right, pushed apart where populations are small.
    fn draw_labels(&self, scene: &mut Scene) {
        let bands = self.bands();
        let roomy = bands.iter().all(|[top, bottom]| bottom - top >= 2.2 * LINE);
        let pitch = if roomy { 2.2 * LINE } else { LINE };
        let centers: Vec<f64> = bands
            .iter()
            .map(|[top, bottom]| 0.5 * (top + bottom))
            .collect();
        let places = spread(&centers, pitch, self.layout.dots);
        let mut spikes = vec![0; bands.len()];
        for spike in self.spikes {
            spikes[spike.population as usize] += 1;
        }
        for (k, p) in self.data.populations.iter().enumerate() {
            let rate = stats::mean_rate(spikes[k], p.count as usize, self.seconds());
            let rate = if p.count == 0 {
                "no cells".to_owned()
            } else {
                format!("{} Hz", three_figures(rate))
            };
            self.draw_label(scene, k, [centers[k], places[k]], &rate, roomy);
        }
    }

    fn draw_label(
        &self,
        scene: &mut Scene,
        k: usize,
        [center, place]: [f64; 2],
        rate: &str,
        roomy: bool,
    ) {
        let strip = self.layout.x[1] + 8.0;
        let x = strip + 8.0;
        let color = palette(k);
        if (center - place).abs() > 1.0 {
            scene.line(vec![[strip + 1.0, center], [x - 2.0, place]], color, 0.7);
        }
        let name = font::elide(self.data.populations[k].name, LABEL, NAME_ROOM);
        if roomy {
            scene.text([x, place - 0.5 * LINE], &name, LABEL, color, Anchor::Start);
            scene.text([x, place + 0.5 * LINE], rate, TICK, GREY, Anchor::Start);
        } else {
            scene.text([x, place], &name, LABEL, color, Anchor::Start);
            let x = x + font::width(&name, LABEL) + 6.0;
            scene.text([x, place], rate, TICK, GREY, Anchor::Start);
        }
    }

    fn draw_rates(&self, scene: &mut Scene, rates: &RateHistogram) {
        let [left, right] = self.layout.x;
        let [top, base] = self.layout.rates;
        let highest = rates.rates.iter().flatten().copied().fold(0.0, f64::max);
        let highest = if highest > 0.0 { highest } else { 1.0 };
        let y = |rate: f64| base - rate / highest * (base - top);
        let ticks = Ticks::within(0.0, highest, ((base - top) / 20.0) as usize);
        for &tick in &ticks.at {
            if tick > 0.0 {
                scene.line(vec![[left, y(tick)], [right, y(tick)]], FAINT, 0.7);
            }
            scene.text(
                [left - 7.0, y(tick)],
                &ticks.label(tick),
                TICK,
                GREY,
                Anchor::End,
            );
        }
        // The first population is drawn last, over the others.
        for (k, row) in rates.rates.iter().enumerate().rev() {
            if self.data.populations[k].count > 0 {
                self.draw_rate(scene, rates, row, &y, palette(k));
            }
        }
        scene.text_upwards([11.0, 0.5 * (top + base)], "rate (Hz)", LABEL, INK);
        let note = format!("bins of {} ms", rates.bin);
        scene.text([right + 8.0, base - 5.0], &note, TICK, GREY, Anchor::Start);
    }

    /// The curve of one population in steps, over a light surface if there are few.
    fn draw_rate(
        &self,
        scene: &mut Scene,
        rates: &RateHistogram,
        row: &[f64],
        y: &dyn Fn(f64) -> f64,
        color: Color,
    ) {
        let edge = |k: usize| self.time_x((rates.start + k as f64 * rates.bin).min(self.range[1]));
        let mut steps = Vec::with_capacity(2 * row.len());
        for (k, &rate) in row.iter().enumerate() {
            steps.push([edge(k), y(rate)]);
            steps.push([edge(k + 1), y(rate)]);
        }
        if self.data.populations.len() <= MOST_SURFACES {
            scene.items.push(self.surface(&steps, y(0.0), color));
        }
        scene.line(steps, color, 1.1);
    }

    /// What lies below a curve.
    fn surface(&self, steps: &[[f64; 2]], base: f64, color: Color) -> Item {
        let ends = [steps[steps.len() - 1][0], steps[0][0]];
        let points = steps
            .iter()
            .copied()
            .chain(ends.map(|x| [x, base]))
            .collect();
        Item::Area {
            points,
            color: color.with_alpha(28),
        }
    }
}

/// Moves ascending `centers` as little as needed to lie `pitch` apart within `room`.
fn spread(centers: &[f64], pitch: f64, [top, bottom]: [f64; 2]) -> Vec<f64> {
    let mut places = centers.to_vec();
    let mut least = top + 0.5 * pitch;
    for place in &mut places {
        *place = place.max(least);
        least = *place + pitch;
    }
    let mut most = bottom - 0.5 * pitch;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - pitch;
    }
    places
}

#[cfg(test)]
#[path = "raster_tests.rs"]
mod tests;
