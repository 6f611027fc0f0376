//! kubectl reads back what is written, and prints the same YAML itself.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use mkmanifests_yaml::tree::to_node;
use mkmanifests_yaml::tree::write::{Style, to_string, to_writer};
use serde_json::{Value, json};

use super::{Random, assert_no_differences, data};
use mkmanifests_testing::{self as common, program};

/// Returns what kubectl prints for a file of manifests, without a cluster.
fn print(kubectl: &Path, file: &Path, format: &str) -> Vec<u8> {
    let run = Command::new(kubectl)
        .args(["annotate", "--local", "--overwrite", "example.com/read=yes", "-o", format, "-f"])
        .arg(file)
        .output()
        .expect("kubectl runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}

/// The number of texts in one ConfigMap.
const CHUNK: usize = 1000;

/// Writes texts as the data of ConfigMaps into one file.
fn config_maps(texts: &[String], style: Style) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    for (number, chunk) in texts.chunks(CHUNK).enumerate() {
        let mut data: serde_json::Map<_, _> =
            chunk.iter().enumerate().map(|(at, text)| (format!("k{at}"), Value::from(text.as_str()))).collect();
        // If a document ends with LS, which the exact style does not escape, kubectl does not see the next `---`.
        data.insert("z".to_owned(), "last".into());
        let map = json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": format!("m{number}") }, "data": data,
        });
        file.write_all(b"---\n").expect("the file is writable");
        to_writer(file.as_file_mut(), &map, style).expect("the file is writable");
    }
    file
}

fn read_back(kubectl: &Path, texts: &[String], style: Style) -> Vec<String> {
    let file = config_maps(texts, style);
    let out = print(kubectl, file.path(), "json");
    let maps = serde_json::Deserializer::from_slice(&out).into_iter::<Value>().map(|map| map.expect("JSON"));
    let maps: Vec<Value> = maps.collect();
    let got = |number: usize| {
        let map = maps.get(number / CHUNK)?;
        map["data"][format!("k{}", number % CHUNK)].as_str()
    };
    let pairs = texts.iter().enumerate().map(|(number, text)| (text, got(number)));
    pairs.filter(|(text, read)| *read != Some(text)).map(|(text, read)| format!("{text:?}\n{read:?}")).collect()
}

#[test]
fn kubectl_reads_back_every_text() {
    let Some(kubectl) = program("kubectl") else { return };
    let mut random = Random::new();
    let texts: Vec<String> = (0..100_000).map(|_| random.text()).collect();
    for style in [Style::MANIFEST, Style::HELM] {
        assert_no_differences(&read_back(&kubectl, &texts, style), texts.len());
    }
}

#[test]
fn manifests_are_written_as_by_kubectl() {
    let inputs = fs::read_dir(data("kubectl")).expect("a directory").map(|entry| entry.expect("an entry").path());
    let mut seen = 0;
    for input in inputs.filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
        seen += 1;
        let expected = input.with_extension("yaml");
        if common::is_renewing()
            && let Some(kubectl) = program("kubectl")
        {
            common::renew(&expected, &print(&kubectl, &input, "yaml"));
            common::renew(&input, &print(&kubectl, &input, "json"));
        }
        let value: Value = serde_json::from_slice(&fs::read(&input).expect("a file")).expect("JSON");
        let ours = to_string(&to_node(&value).expect("JSON"), Style::HELM).expect("JSON");
        assert_eq!(ours, fs::read_to_string(&expected).expect("what kubectl printed"), "{}", input.display());
    }
    assert!(seen > 0);
}
