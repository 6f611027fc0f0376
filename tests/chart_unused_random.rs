//! Random charts whose helpers call themselves: the search for unused values ends, and what it names changes nothing.

use std::fmt::Write;

use mkmanifests::chart::{self, Capabilities, File, Options, Release, Request};
use mkmanifests::problem::Sources;
use mkmanifests::values::{Layers, Values};

const KEYS: [&str; 5] = ["a", "b", "c", "d", "e"];
const CHARTS: u64 = 150;

/// Small numbers in a row that looks random (splitmix64).
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn key(&mut self) -> &'static str {
        KEYS[self.below(KEYS.len())]
    }

    /// A map of the values, or one that the template makes of it; `.v` is what the helper was given.
    fn map(&mut self, depth: usize) -> String {
        let key = self.key();
        if depth == 0 {
            return format!("(.v.{key} | default dict)");
        }
        let (one, other) = (self.map(depth - 1), self.map(depth - 1));
        match self.below(9) {
            0 => format!("(merge (dict) {one} {other})"),
            1 => format!("(mergeOverwrite (deepCopy {one}) {other})"),
            2 => format!("(dict \"{key}\" {one})"),
            3 => format!("(index (list {one} {other}) 1)"),
            4 => format!("(set (dict \"{key}\" {one}) \"{}\" {other})", self.key()),
            5 => format!("(first (tuple {one} {other}))"),
            6 => format!("(get {one} \"{key}\" | default dict)"),
            7 => format!("(pick {one} \"{key}\")"),
            _ => format!("(ternary {one} {other} (hasKey .v \"{key}\"))"),
        }
    }

    fn statement(&mut self, helpers: usize) -> String {
        let (map, key, helper) = (self.map(2), self.key(), self.below(helpers));
        let call = format!("include \"h{helper}\" (dict \"v\" {map} \"n\" (sub .n 1) \"root\" .root)");
        match self.below(7) {
            0 => format!("[{{{{ {map}.{key} | toJson }}}}]"),
            1 => format!("{{{{ if {map}.{key} }}}}y{{{{ end }}}}"),
            2 => format!(
                "{{{{ tpl \"{{{{ include \\\"h{helper}\\\" . }}}}\" (dict \"v\" {map} \"n\" (sub .n 1) \"root\" .root) }}}}"
            ),
            3 => format!(
                "{{{{ range $k, $v := .v }}}}{{{{ if kindIs \"map\" $v }}}}{{{{ $v.{key} | toJson }}}}{{{{ end }}}}{{{{ end }}}}"
            ),
            _ => format!("{{{{ {call} }}}}"),
        }
    }

    fn chart(&mut self) -> String {
        let helpers = 1 + self.below(3);
        let mut text = String::new();
        for helper in 0..helpers {
            let body: String = (0..2).map(|_| self.statement(helpers)).collect();
            let _ = writeln!(
                text,
                "{{{{- define \"h{helper}\" }}}}{{{{ if gt (int .n) 0 }}}}{body}{{{{ end }}}}{{{{ end -}}}}"
            );
        }
        text + "out: {{ include \"h0\" (dict \"v\" .Values \"n\" 3 \"root\" $) | quote }}\n"
    }

    fn values(&mut self, depth: usize) -> String {
        let keys: Vec<&str> = KEYS.into_iter().filter(|_| self.below(2) == 0).collect();
        let entries = keys.into_iter().map(|key| {
            if depth == 0 { format!("{key}: {{x: 1}}") } else { format!("{key}: {}", self.values(depth - 1)) }
        });
        format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
    }
}

/// What a chart renders to, and the lines and columns of the keys that nothing reads.
fn render(template: &str, values: &str) -> Option<(String, Vec<usize>)> {
    let file = |name: &str, text: &str| File::new(name, text.as_bytes());
    let files =
        vec![file("Chart.yaml", "{apiVersion: v2, name: random, version: 0.1.0}"), file("templates/a.yaml", template)];
    let mut sources = Sources::default();
    let loaded = chart::load_files(files, "random", &mut sources).ok()?;
    let base = Values { sources, ..Values::default() };
    let mut layers = Layers::over(&base);
    layers.file("user.yaml", values.as_bytes());
    let options = Options {
        release: Release::install("web", "default"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: mkmanifests::chart::SchemaFiles::default(),
    };
    let request = Request { check: false, ..Request::new(options) };
    let rendered = chart::template(&loaded.chart, &layers.overlaid().ok()?, request).ok()?;
    let places = rendered.warnings.iter().filter(|warning| warning.message.starts_with("nothing reads"));
    Some((rendered.text(), places.map(|warning| warning.place.column as usize).collect()))
}

#[test]
fn unused_values_of_random_charts_change_nothing() {
    let mut named = 0;
    for seed in 0..CHARTS {
        let mut draws = Draws(seed);
        let (template, values) = (draws.chart(), draws.values(2));
        let Some((text, columns)) = render(&template, &values) else { continue };
        for column in columns {
            named += 1;
            let mut changed = values.clone();
            changed.replace_range(column - 1..column, "unused");
            let again = render(&template, &changed).map(|(text, _)| text);
            assert_eq!(again.as_ref(), Some(&text), "seed {seed}, column {column} of\n{values}\nin\n{template}");
        }
    }
    assert!(named > 20, "{named}");
}
