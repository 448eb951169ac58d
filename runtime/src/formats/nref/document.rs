//! The file as written: one type a JSON object.

use serde::Deserialize;
use serde_json::Value;

use super::error::{NrefError, NrefErrors};
use super::value::{Kinds, Number, Pairs, Pre, Values};

/// The `format` that is understood.
const FORMAT: &str = "nref-1";

#[derive(Debug, Deserialize)]
pub(super) struct Document {
    pub(super) format: String,
    pub(super) case: String,
    pub(super) description: String,
    #[serde(rename = "meta")]
    _meta: Value,
    pub(super) config: ConfigDoc,
    #[serde(rename = "simulator")]
    _simulator: Value,
    pub(super) mechanisms: MechanismsDoc,
    pub(super) templates: Vec<TemplateDoc>,
    pub(super) cells: Table<CellRow>,
    pub(super) point_processes: Table<PointRow>,
    pub(super) stims: Vec<StimDoc>,
    pub(super) connections: ConnectionsDoc,
    pub(super) gaps: Table<GapRow>,
    pub(super) results: ResultsDoc,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConfigDoc {
    pub(super) dt: f64,
    pub(super) tstop: f64,
    pub(super) v_init: f64,
    pub(super) celsius: f64,
    pub(super) secondorder: i64,
    pub(super) cvode: bool,
    pub(super) usetable_hh: i64,
}

#[derive(Debug, Deserialize)]
pub(super) struct MechanismsDoc {
    pub(super) globals: Pairs<Pairs<Number>>,
    pub(super) ion_globals: Pairs<Pairs<Number>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TemplateDoc {
    pub(super) artificial: Option<String>,
    pub(super) params: Option<Pairs<Values>>,
    pub(super) sections: Option<Vec<SectionDoc>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SectionDoc {
    pub(super) name: String,
    pub(super) parent: Option<(String, f64, f64)>,
    pub(super) nseg: u32,
    #[serde(rename = "L")]
    pub(super) length: f64,
    #[serde(rename = "Ra")]
    pub(super) axial_resistivity: f64,
    pub(super) diam: Values,
    pub(super) cm: Values,
    pub(super) area: Values,
    pub(super) ri: Values,
    pub(super) pt3d: Option<Vec<[f64; 4]>>,
    pub(super) mechs: Pairs<Pairs<Values>>,
    pub(super) v0: Values,
    pub(super) ions: Option<Pairs<IonDoc>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct IonDoc {
    pub(super) e: Values,
    pub(super) i: Values,
    pub(super) o: Values,
    pub(super) c_style: u8,
    pub(super) cinit: u8,
    pub(super) e_style: u8,
    pub(super) einit: u8,
    pub(super) eadvance: u8,
}

/// Rows with a heading.
#[derive(Debug, Deserialize)]
pub(super) struct Table<T> {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<T>,
}

/// gid, pop, template, xyz, origin3d, spike_source
pub(super) type CellRow = (
    u32,
    String,
    u32,
    Option<[f64; 3]>,
    Option<[f64; 3]>,
    Option<SourceDoc>,
);

/// mech, gid, sec, loc, params
pub(super) type PointRow = (String, u32, String, f64, Pairs<Values>);

/// point_process, peer_gid, peer_sec, peer_loc
pub(super) type GapRow = (u32, u32, String, f64);

/// gid, nseg, asked_loc, segment_centre, path_distance_from_root_centre
pub(super) type PlacementRow = (u32, u32, f64, f64, f64);

#[derive(Debug, Deserialize)]
pub(super) struct SourceDoc {
    pub(super) sec: Option<String>,
    pub(super) loc: Option<f64>,
    pub(super) pp: Option<u32>,
    pub(super) var: Option<String>,
    pub(super) threshold: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct StimDoc {
    #[serde(rename = "params")]
    _params: Pairs<Values>,
    pub(super) times: Vec<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ConnectionsDoc {
    pub(super) pre_kind: Kinds,
    pub(super) pre: Vec<Pre>,
    pub(super) post_kind: Kinds,
    pub(super) post: Vec<u32>,
    pub(super) weight: Vec<Values>,
    pub(super) delay: Vec<f64>,
    pub(super) n: usize,
}

#[derive(Debug, Deserialize)]
pub(super) struct ResultsDoc {
    pub(super) spikes: Option<SpikesDoc>,
    #[serde(default)]
    pub(super) traces: Vec<TraceDoc>,
    pub(super) placement: Option<Table<PlacementRow>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SpikesDoc {
    pub(super) t: Vec<f64>,
    pub(super) gid: Vec<u32>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TraceDoc {
    pub(super) label: String,
    pub(super) gid: Option<u32>,
    pub(super) sec: Option<String>,
    pub(super) loc: Option<f64>,
    pub(super) var: String,
    pub(super) unit: String,
    pub(super) t0: f64,
    pub(super) dt: f64,
    pub(super) n: usize,
    pub(super) values: Vec<Number>,
}

/// `a.0.?.b` as `a[0].b`.
fn spell_path(path: &str) -> String {
    let mut spelt = String::new();
    for part in path.split('.').filter(|part| *part != "?") {
        if part.bytes().all(|b| b.is_ascii_digit()) {
            spelt.push_str(&format!("[{part}]"));
        } else {
            let dot = if spelt.is_empty() { "" } else { "." };
            spelt.push_str(dot);
            spelt.push_str(part);
        }
    }
    spelt
}

/// What is wrong with a text that is no [`Document`].
fn explain(error: &serde_json::Error, place: &str, text: &[u8]) -> NrefError {
    let other = |message: String| NrefError::Whole { message };
    if error.is_syntax() || error.is_eof() {
        let hint = if text.is_empty() { "; it is empty" } else { "" };
        return other(format!("this is not JSON: {error}{hint}"));
    }
    let format = serde_json::from_slice::<Value>(text).ok();
    let format = format.as_ref().map(|value| value.get("format"));
    if format == Some(None) {
        let kind = "this is not a reference file: it has no `format`";
        return other(format!(
            "{kind}; a model (made by `Network::to_json`) runs with `netdsl run`"
        ));
    }
    NrefError::Syntax {
        place: spell_path(place),
        message: in_json_words(&error.to_string()),
    }
}

/// Serde's message without the names that only the source code knows.
fn in_json_words(message: &str) -> String {
    let words: Vec<&str> = message.split(' ').collect();
    let mut told: Vec<&str> = Vec::with_capacity(words.len());
    let mut k = 0;
    while k < words.len() {
        let (word, skipped) = match words[k..] {
            ["struct", _, ..] => ("an object", 2),
            ["u8" | "u32" | "usize", ..] => ("a whole number from 0 up", 1),
            ["i64", ..] => ("a whole number", 1),
            ["f64", ..] => ("a number", 1),
            ["a", "tuple", "of", "size", ..] => ("a list of length", 4),
            ["sequence,", ..] => ("list,", 1),
            ["map,", ..] => ("object,", 1),
            [word, ..] => (word, 1),
            [] => break,
        };
        told.push(word);
        k += skipped;
    }
    told.join(" ")
}

impl Document {
    /// Reads the text. Keys of `results` that are not known are returned: results that cannot be compared. All other
    /// unknown keys are errors.
    pub(super) fn parse(text: &[u8]) -> Result<(Self, Vec<String>), NrefErrors> {
        let mut unknown = Vec::new();
        let mut track = serde_path_to_error::Track::new();
        let mut json = serde_json::Deserializer::from_slice(text);
        let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
        let parsed =
            serde_ignored::deserialize(tracked, |path| unknown.push(spell_path(&path.to_string())));
        let parsed: Result<Self, _> = parsed.and_then(|document| json.end().map(|()| document));
        let document = parsed.map_err(|error| explain(&error, &track.path().to_string(), text))?;
        let (left_out, wrong): (Vec<_>, Vec<_>) = unknown.into_iter().partition(|place| {
            place
                .strip_prefix("results.")
                .is_some_and(|key| !key.contains(['.', '[']))
        });
        let mut errors: Vec<_> = wrong
            .into_iter()
            .map(|place| NrefError::UnknownKey { place })
            .collect();
        document.check_form(&mut errors);
        if errors.is_empty() {
            Ok((document, left_out))
        } else {
            Err(NrefErrors(errors))
        }
    }

    /// Checks the version and the headings of the tables.
    fn check_form(&self, errors: &mut Vec<NrefError>) {
        let mut wrong = |place: &str, message: String| {
            errors.push(NrefError::At {
                place: place.to_owned(),
                message,
            });
        };
        if self.format != FORMAT {
            let message = format!("`{}` is not understood, only {FORMAT} is", self.format);
            wrong("format", message);
        }
        let mut check = |place: &str, found: &[String], expected: &[&str]| {
            if found != expected {
                wrong(place, format!("{found:?} instead of {expected:?}"));
            }
        };
        let cells = ["gid", "pop", "template", "xyz", "origin3d", "spike_source"];
        check("cells.columns", &self.cells.columns, &cells);
        let points = ["mech", "gid", "sec", "loc", "params"];
        let place = "point_processes.columns";
        check(place, &self.point_processes.columns, &points);
        let gaps = ["point_process", "peer_gid", "peer_sec", "peer_loc"];
        check("gaps.columns", &self.gaps.columns, &gaps);
        if let Some(placement) = &self.results.placement {
            let columns = [
                "gid",
                "nseg",
                "asked_loc",
                "segment_centre",
                "path_distance_from_root_centre",
            ];
            check("results.placement.columns", &placement.columns, &columns);
        }
    }
}
