//! Evaluates expressions with the real Helm: many in one chart, and again without the one that fails.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Output};

use super::cases::template;

/// What it prints for each expression, in the form of the files of cases.
pub fn answers(helm: &Path, expressions: &[String]) -> Vec<String> {
    let halves = expressions.len().div_ceil(2).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            expressions.chunks(halves).map(|part| scope.spawn(move || answer_all(helm, part))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no thread panics")).collect()
    })
}

fn answer_all(helm: &Path, expressions: &[String]) -> Vec<String> {
    let chart = tempfile::tempdir().expect("there is room for a chart");
    std::fs::create_dir(chart.path().join("templates")).expect("a folder can be made");
    std::fs::write(chart.path().join("Chart.yaml"), "apiVersion: v2\nname: s\nversion: 0.1.0\n")
        .expect("can be written");
    let mut answers: HashMap<usize, String> = HashMap::new();
    for start in (0..expressions.len()).step_by(100) {
        let end = expressions.len().min(start + 100);
        while let Some((line, reason)) = run(helm, chart.path(), expressions, start..end, &mut answers) {
            answers.insert(line, format!("! {}", reason.replace('\n', "\\n")));
        }
    }
    (0..expressions.len()).map(|index| answers.remove(&index).unwrap_or_default()).collect()
}

/// Runs the expressions that have no answer yet; gives the number of the first that fails and the reason.
fn run(
    helm: &Path,
    chart: &Path,
    expressions: &[String],
    range: std::ops::Range<usize>,
    answers: &mut HashMap<usize, String>,
) -> Option<(usize, String)> {
    let open: Vec<usize> = range.filter(|index| !answers.contains_key(index)).collect();
    let line =
        |index: &usize| format!("{{{{- define \"t{index}\" -}}}}{}{{{{- end -}}}}", template(&expressions[*index]));
    let defined: String = open.iter().map(|index| line(index) + "\n").collect();
    let printed: String = open.iter().map(|index| format!("# <{{{{ include \"t{index}\" $ | b64enc }}}}>\n")).collect();
    std::fs::write(chart.join("templates/a.yaml"), format!("{defined}{printed}a: b\n")).expect("can be written");
    let output = Command::new(helm).args(["template", "s"]).arg(chart).output().expect("helm runs");
    if !output.status.success() {
        let (line, reason) = failure(&output);
        return Some((open[(line - 1) % open.len()], reason));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let values = text.lines().filter_map(|line| line.strip_prefix("# <")?.strip_suffix('>'));
    for (index, value) in open.iter().zip(values) {
        let value = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, value).expect("is base64");
        answers.insert(*index, format!("= {}", shown(&value)));
    }
    None
}

/// Returns a value as one line of UTF-8, as Go's `%#v` mostly is.
pub fn shown(value: &[u8]) -> String {
    String::from_utf8_lossy(value).replace('\n', "\\n")
}

/// The line that failed and why, without the words around it.
fn failure(output: &Output) -> (usize, String) {
    let text = String::from_utf8_lossy(&output.stderr);
    let text = text.strip_suffix("\n\nUse --debug flag to render out invalid YAML\n").unwrap_or(&text);
    let location = text.rfind("a.yaml:").and_then(|at| text.get(at + 7..)).unwrap_or_default();
    let line = location.split(|letter: char| !letter.is_ascii_digit()).next().unwrap_or_default();
    let line = line.parse().unwrap_or_else(|_| panic!("helm fails for another reason: {text}"));
    let reason = match text.strip_prefix("Error: execution error at (") {
        // Helm takes the words in front off the errors of `fail`.
        Some(failed) => format!("error calling fail: {}", failed.split_once("): ").map_or("", |(_, message)| message)),
        None => {
            let call = text.rfind(">: error calling ").or_else(|| text.rfind(">: ")).map(|at| at + 3);
            let at =
                call.or_else(|| text.rfind(">:\n    ").map(|at| at + 7)).or_else(|| text.rfind("): ").map(|at| at + 3));
            text.get(at.unwrap_or_default()..).unwrap_or_default().to_owned()
        }
    };
    (line, reason)
}
