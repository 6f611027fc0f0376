//! Reads charts that are written as one text file, their test cases, and the recorded output of the real Helm.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use mkmanifests_testing as common;

/// A template that prints what it is given, subcharts included, as one JSON string.
const PROBE: &str = r#"
{{- define "probe" -}}
{{- $subcharts := dict -}}
{{- range $name, $scope := .Subcharts -}}
{{- $_ := set $subcharts $name (include "probe" $scope | fromJson) -}}
{{- end -}}
{{- $kinds := dict -}}
{{- range $key, $value := .Values -}}
{{- $kind := kindOf $value -}}
{{- if kindIs "slice" $value -}}
{{- range $value -}}{{- $kind = printf "%s %s" $kind (kindOf .) -}}{{- end -}}
{{- end -}}
{{- $_ := set $kinds $key $kind -}}
{{- end -}}
{{- $files := list -}}
{{- range $name, $_ := .Files -}}{{- $files = append $files $name -}}{{- end -}}
{{- dict "values" .Values "kinds" $kinds "chart" .Chart "files" $files "subcharts" $subcharts | toJson -}}
{{- end -}}
kind: Probe
capabilities: {{ .Capabilities | toJson }}
data: {{ include "probe" . | toJson }}
"#;

/// What is shown of each chart, and helm's arguments for it.
pub const SHOWN: [(&str, &[&str]); 4] = [
    ("chart", &["show", "chart", "chart"]),
    ("values", &["show", "values", "chart"]),
    ("readme", &["show", "readme", "chart"]),
    ("dependencies", &["dependency", "list", "chart"]),
];

/// One call of helm.
#[derive(Debug)]
pub struct Case {
    pub name: String,
    pub args: Vec<String>,
}

/// A chart in one file: lines `case NAME: ARGUMENTS`, then `-- PATH --` before each file. A path with `@` in front is
/// a values file beside the chart; `x.tgz!/PATH` is a file in an archive.
#[derive(Debug)]
pub struct Fixture {
    pub name: String,
    pub cases: Vec<Case>,
    pub files: Vec<(String, String)>,
    pub recorded: PathBuf,
}

/// All charts of `tests/data/load`.
pub fn fixtures() -> Vec<Fixture> {
    let paths =
        fs::read_dir(common::data("load")).expect("tests/data/load").map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|it| it == "txt")).collect();
    // Windows has no file `esc*aped`.
    paths.retain(|path| !cfg!(windows) || path.file_stem().is_some_and(|name| name != "ignore"));
    paths.sort();
    paths.iter().map(|path| Fixture::read(path)).collect()
}

impl Fixture {
    fn read(path: &Path) -> Fixture {
        let text = fs::read_to_string(path).expect("a chart");
        let mut fixture = Fixture {
            name: path.file_stem().expect("a name").to_string_lossy().into_owned(),
            cases: Vec::new(),
            files: Vec::new(),
            recorded: path.with_extension("json"),
        };
        for line in text.split_inclusive('\n') {
            let marker = line.strip_prefix("-- ").and_then(|rest| rest.trim_end().strip_suffix(" --"));
            if let Some(path) = marker {
                fixture.files.push((path.to_owned(), String::new()));
            } else if let Some((_, content)) = fixture.files.last_mut() {
                content.push_str(line);
            } else if let Some(case) = line.strip_prefix("case ") {
                let (name, args) = case.split_once(':').expect("case NAME: ARGUMENTS");
                let args = args.split_whitespace().map(str::to_owned).collect();
                fixture.cases.push(Case { name: name.to_owned(), args });
            }
        }
        fixture
    }

    /// Writes the chart to `folder/NAME` and its values files to `folder`.
    pub fn unpack(&self, folder: &Path, probe: bool) -> PathBuf {
        let root = folder.join("chart");
        fs::create_dir_all(&root).expect("a folder");
        for (path, content) in &self.files {
            let path = path.strip_prefix('@').map_or_else(|| root.join(path), |name| folder.join(name));
            if !path.to_string_lossy().contains("!/") {
                fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                fs::write(path, content).expect("a file");
            }
        }
        for (archive, files) in self.archives() {
            fs::create_dir_all(root.join("charts")).expect("a folder");
            fs::write(root.join(archive), pack(&files)).expect("a file");
        }
        if probe {
            fs::create_dir_all(root.join("templates")).expect("a folder");
            fs::write(root.join("templates/zz-probe.yaml"), PROBE).expect("a file");
        }
        root
    }

    fn archives(&self) -> BTreeMap<&str, Vec<(String, &str)>> {
        let mut archives: BTreeMap<&str, Vec<(String, &str)>> = BTreeMap::new();
        for (path, content) in &self.files {
            if let Some((archive, inner)) = path.split_once("!/") {
                archives.entry(archive).or_default().push((format!("x/{inner}"), content));
            }
        }
        archives
    }

    /// What Helm printed for the cases: the probe's data or the error, and the warnings.
    pub fn recorded(&self) -> Value {
        let text = fs::read_to_string(&self.recorded).unwrap_or_else(|_| "{}".to_owned());
        serde_json::from_str(&text).expect("recorded JSON")
    }

    /// Asks helm again.
    pub fn record(&self, helm: &Path) {
        let folder = tempfile::tempdir().expect("a folder");
        self.unpack(folder.path(), true);
        let mut recorded = Map::new();
        for case in &self.cases {
            let mut command = Command::new(helm);
            command.current_dir(folder.path()).env_clear().env("HOME", folder.path());
            let output = command.args(["template", "r", "chart", "-n", "ns"]).args(&case.args).output().expect("helm");
            let errors = String::from_utf8_lossy(&output.stderr).replace(&*folder.path().to_string_lossy(), "");
            let result = if output.status.success() {
                answer(&String::from_utf8_lossy(&output.stdout), &errors)
            } else {
                let error = errors.split_once("Error: ").map_or(&*errors, |(_, error)| error);
                json!({ "error": error.trim() })
            };
            recorded.insert(case.name.clone(), result);
        }
        self.unpack(folder.path(), false);
        let _ = fs::remove_file(folder.path().join("chart/templates/zz-probe.yaml"));
        let shown = SHOWN.map(|(name, args)| {
            let mut command = Command::new(helm);
            command.current_dir(folder.path()).env_clear().env("HOME", folder.path());
            let output = command.args(args).output().expect("helm");
            let text = output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned());
            (name.to_owned(), Value::from(text))
        });
        recorded.insert("$show".to_owned(), Value::Object(shown.into_iter().collect()));
        let mut lines: Vec<String> = Vec::new();
        for (name, result) in recorded {
            lines.push(format!("{}: {result}", Value::from(name)));
        }
        common::renew(&self.recorded, format!("{{\n{}\n}}\n", lines.join(",\n")).as_bytes());
    }
}

/// A chart archive of files.
pub fn pack(files: &[(String, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, content.as_bytes()).expect("an entry");
    }
    archive.into_inner().expect("an archive").finish().expect("an archive")
}

fn answer(stdout: &str, stderr: &str) -> Value {
    let field = |name: &str| stdout.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("null").to_owned();
    let data: Value = serde_json::from_str(&field("data: ")).expect("a JSON string");
    let data = data.as_str().map(|data| serde_json::from_str::<Value>(data).expect("JSON"));
    let mut warnings: Vec<&str> = stderr.lines().map(without_time).collect();
    warnings.sort_unstable();
    warnings.dedup();
    json!({ "data": data, "warnings": warnings })
}

/// A line of Go's log without the date and time that it begins with.
fn without_time(line: &str) -> &str {
    let is_time = |text: &str| text.chars().all(|char| char.is_ascii_digit() || "/: ".contains(char));
    line.split_at_checked(20).filter(|(time, _)| is_time(time)).map_or(line, |(_, rest)| rest)
}
