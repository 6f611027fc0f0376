//! Random charts whose helpers call themselves: the search for unused values ends, and removing them changes nothing.

use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mkmanifests::chart::{self, Capabilities, File, Options, Request};
use mkmanifests::diagnostic::Sources;
use mkmanifests::release::Release;
use mkmanifests::values::{Layers, Values};

const KEYS: [&str; 5] = ["a", "b", "c", "d", "e"];
/// The number of charts; `MKMANIFESTS_FULL` multiplies it by five.
const CHARTS: u64 = 30;
/// Without a limit, an endless search would hang the tests. Each chart takes about a second in an unoptimized build.
const MAX_TIME: Duration = Duration::from_secs(60);
/// Address space in KiB: without limits, the search once used all memory within seconds.
const MAX_MEMORY: u32 = 4 << 20;

/// A sequence of pseudo-random numbers (splitmix64).
struct Random(u64);

impl Random {
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

    /// Random a map of the values, or one that the template builds from it; `.v` is the argument of the helper.
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

/// Returns the rendered chart, and the lines and columns of the unused keys.
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
        release: Release::named("web", "default"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: mkmanifests::chart::SchemaFiles::default(),
        helm: mkmanifests::chart::Behaviour::default(),
    };
    let request = Request { check: false, ..Request::new(options) };
    let rendered = chart::template(&loaded.chart, &layers.overlaid().ok()?, request).ok()?;
    let locations = rendered.warnings.iter().filter(|warning| warning.message().starts_with("nothing reads"));
    Some((rendered.text(), locations.map(|warning| warning.location.column as usize).collect()))
}

#[test]
fn removing_unused_values_of_random_charts_changes_nothing() {
    let mut named = 0;
    for seed in 0..charts() {
        let mut draws = Random(seed);
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
    assert!(named > 5, "{named}");
}

fn charts() -> u64 {
    if mkmanifests_testing::is_full() { 5 * CHARTS } else { CHARTS }
}

/// Renders the same charts with the program, which is killed if it takes too much time or memory.
#[test]
fn random_charts_render_within_time_and_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("a file");
    fs::create_dir(folder.path().join("templates")).expect("a folder");
    put("Chart.yaml", "{apiVersion: v2, name: web, version: 0.1.0}");
    for seed in 0..charts() {
        let mut draws = Random(seed);
        put("templates/a.yaml", &draws.chart());
        put("user.yaml", &draws.values(2));
        let limited = format!("ulimit -v {MAX_MEMORY} && exec \"$@\"");
        let mut run = Command::new("sh")
            .args(["-c", &limited, "sh", env!("CARGO_BIN_EXE_mkmanifests"), "chart", ".", "web", "-f", "user.yaml"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a process");
        let start = Instant::now();
        let status = loop {
            if let Some(status) = run.try_wait().expect("a status") {
                break status;
            }
            if start.elapsed() > MAX_TIME {
                run.kill().expect("the process ends");
                panic!("seed {seed} takes longer than {MAX_TIME:?}");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        // A chart may fail to render; a process that runs out of memory is killed by a signal.
        assert!(matches!(status.code(), Some(0..=2)), "seed {seed}: {status}");
    }
}
