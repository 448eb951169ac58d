//! `simConfig`: how the model is run, and what of the network it decides.

use super::at::At;
use super::finding::Found;
use super::json::Json;
use super::shared::Shared;
use super::unit::spelled;
use netdsl_lang::diag::nearest;
use netdsl_lang::mech::Role;
use netdsl_lang::model::{Parameters, RunConfig, Seeds, Table, Value};

/// What the rest of a loader needs.
pub(super) struct Config {
    pub(super) run: RunConfig,
    pub(super) seeds: Seeds,
    pub(super) allow_self: bool,
    pub(super) allow_zero_weights: bool,
    pub(super) random_sections: bool,
    pub(super) spread: bool,
    pub(super) one_synapse_per_connection: bool,
    /// Values of mechanisms' global variables.
    pub(super) globals: Table<Parameters>,
    /// Names of `hParams`, which a cell rule's `globals` do not override.
    pub(super) set: Vec<String>,
}

/// Attributes that change neither the network nor the run: output, figures, messages, memory.
const NO_MATTER: [&str; 62] = [
    "addSynMechs",
    "analysis",
    "recordDipolesHNN",
    "backupCfgFile",
    "cache_efficient",
    "checkErrors",
    "checkErrorsVerbose",
    "compactConnFormat",
    "coreneuron",
    "createNEURONObj",
    "createPyStruct",
    "cvode_atol",
    "dump_coreneuron_model",
    "filename",
    "gatherOnlySimData",
    "gpu",
    "includeParamsLabel",
    "invertedYCoord",
    "printPopAvgRates",
    "printRunTime",
    "printSynsAfterRule",
    "progressBar",
    "pt3dRelativeToCellLocation",
    "random123",
    "recordCellsSpikes",
    "recordStim",
    "recordTime",
    "saveCSV",
    "saveCellConns",
    "saveCellSecs",
    "saveDat",
    "saveDataInclude",
    "saveDipoleCells",
    "saveDipolePops",
    "saveDpk",
    "saveFolder",
    "saveHDF5",
    "saveIMembrane",
    "saveJson",
    "saveLFPCells",
    "saveLFPPops",
    "saveMat",
    "savePickle",
    "saveTiming",
    "saveTxt",
    "simLabel",
    "timestampFilename",
    "timing",
    "tstop",
    "use_fast_imem",
    "validateNetParams",
    "verbose",
    "createPyStruct",
    "hocGlobals",
    "recordCells",
    "recordStep",
    "recordTraces",
    "saveWeights",
    "saveInterval",
    "intervalFolder",
    "intervalRun",
    "netParams",
];

/// Attributes that are read here.
const READ: [&str; 13] = [
    "duration",
    "dt",
    "hParams",
    "seeds",
    "allowSelfConns",
    "allowConnsWithWeight0",
    "connRandomSecFromList",
    "distributeSynsUniformly",
    "oneSynPerNetcon",
    "cvode_active",
    "rand123GlobalIndex",
    "recordLFP",
    "recordDipole",
];

impl Config {
    pub(super) fn new() -> Self {
        let mut run = RunConfig::new(1000.0);
        run.use_tables = true;
        Self {
            run,
            seeds: Seeds::all(1),
            allow_self: false,
            allow_zero_weights: true,
            random_sections: true,
            spread: true,
            one_synapse_per_connection: true,
            globals: Table::default(),
            set: vec!["celsius".into(), "v_init".into(), "clamp_resist".into()],
        }
    }

    /// Reads `simConfig`.
    pub(super) fn read(&mut self, found: &mut Found, shared: &Shared, at: &At) {
        let flag = |key: &str, usual: bool| at.get(key).map_or(usual, |entry| entry.is_true());
        self.allow_self = flag("allowSelfConns", false);
        self.allow_zero_weights = flag("allowConnsWithWeight0", true);
        self.random_sections = flag("connRandomSecFromList", true);
        self.spread = flag("distributeSynsUniformly", true);
        self.one_synapse_per_connection = flag("oneSynPerNetcon", true);
        if let Some(duration) = at.get("duration").and_then(|d| d.number(found)) {
            self.run.duration = duration;
        }
        if let Some(dt) = at.get("dt").and_then(|dt| dt.number(found)) {
            self.run.dt = dt;
        }
        self.read_seeds(found, at);
        for (key, entry) in at
            .get("hParams")
            .map(|h| h.object(found))
            .unwrap_or_default()
        {
            self.set.push(key.to_owned());
            if let Some(value) = entry.number(found) {
                self.hoc(found, shared, &entry, key, value);
            }
        }
        self.refuse(found, at);
        for (key, entry) in at.entries() {
            if !READ.contains(&key) && !NO_MATTER.contains(&key) {
                unknown(found, &entry, key);
            }
        }
    }

    fn read_seeds(&mut self, found: &mut Found, at: &At) {
        for (key, entry) in at.get("seeds").map(|s| s.object(found)).unwrap_or_default() {
            let Some(seed) = entry.number(found) else {
                continue;
            };
            // ids of streams are 32-bit words
            let seed = seed as i64 as u32;
            match key {
                "conn" => self.seeds.conn = seed,
                "stim" => self.seeds.stim = seed,
                "loc" => self.seeds.loc = seed,
                "cell" => self.seeds.cell = seed,
                key => found.unknown_key(&entry, key, &["conn", "stim", "loc", "cell"], "nothing"),
            }
        }
    }

    /// A hoc variable: of the run, or a global of a mechanism (`q10_kdr`).
    pub(super) fn hoc(
        &mut self,
        found: &mut Found,
        shared: &Shared,
        at: &At,
        key: &str,
        value: f64,
    ) {
        match key {
            "celsius" => self.run.celsius = value,
            "v_init" => self.run.v_init = value,
            "clamp_resist" | "tstop" => {}
            "dt" => found.note(at, "the step is that of `dt` in simConfig", "the same"),
            key => self.global(found, shared, at, key, value),
        }
    }

    fn global(&mut self, found: &mut Found, shared: &Shared, at: &At, key: &str, value: f64) {
        let parts = key
            .match_indices('_')
            .map(|(k, _)| (&key[..k], &key[k + 1..]));
        for (name, mechanism) in parts {
            let Some(program) = shared.program(mechanism) else {
                continue;
            };
            if let Some((_, variable)) = program.variable(name)
                && matches!(variable.role, Role::Global(_))
                && let Some(unit) = spelled(&variable.unit)
            {
                let value = Value::new(format!("{value} {unit}").trim().to_owned());
                if self.globals.get(mechanism).is_none() {
                    self.globals.push(mechanism, Parameters::default());
                }
                let all = self.globals.get_mut(mechanism).expect("it was just added");
                all.0.retain(|(known, _)| known != name);
                all.push(name, value.text());
                return;
            }
        }
        let help = "celsius, v_init and `<variable>_<mechanism>` can be set";
        found.error(
            at,
            format!("there is no global variable `{key}`"),
            help,
            "it is set in hoc",
        );
    }

    fn refuse(&self, found: &mut Found, at: &At) {
        let rows = [
            (
                "cvode_active",
                "a variable step",
                "set it to false: the step is `dt`",
            ),
            (
                "rand123GlobalIndex",
                "a global index of random streams",
                "leave it out",
            ),
            ("recordLFP", "recording of field potentials", "leave it out"),
            ("recordDipole", "recording of dipoles", "leave it out"),
        ];
        for (key, what, instead) in rows {
            if let Some(entry) = at.get(key).filter(At::is_true) {
                found.unsupported(&entry, what, instead, "");
            }
        }
    }

    /// Generators whose seed is not the usual one.
    pub(super) fn same_seed(&self, found: &mut Found, at: &At) {
        if at.as_number() != Some(f64::from(self.seeds.stim)) {
            let instead = "leave it out, or set `seeds.stim` of simConfig";
            found.unsupported(
                at,
                "a seed of its own",
                instead,
                "the third id of its random stream",
            );
        }
    }
}

/// An attribute of the user's own, or a slip.
fn unknown(found: &mut Found, at: &At, key: &str) {
    let known = READ.iter().chain(&NO_MATTER).copied();
    match nearest(key, known) {
        Some(near) if at.value != &Json::Null => {
            let help = format!("write `{near}`, or leave it out");
            let message = format!("there is no such attribute; did you mean `{near}`?");
            found.slip(at, message, &help, "a new attribute that nothing reads");
        }
        _ => found.note(
            at,
            "an attribute of the model's own: nothing reads it",
            "the same",
        ),
    }
}
