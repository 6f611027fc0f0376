//! Links lead somewhere, the index is complete, and versions are those of `Cargo.toml`.

use super::{documents, name, read, root};

#[test]
fn links_lead_to_files_and_headings() {
    let mut files = documents();
    files.extend(["CONTRIBUTING.md", "CHANGELOG.md"].map(|file| root().join(file)));
    let mut wrong = Vec::new();
    for file in files {
        let text = read(&file);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        for target in targets.filter(|target| !target.starts_with("http")) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let other = if path.is_empty() { file.clone() } else { file.parent().expect("a folder").join(path) };
            let found =
                other.exists() && (heading.is_empty() || anchors(&read(&other)).any(|anchor| anchor == heading));
            if !found {
                wrong.push(format!("{}: {target}", name(&file)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the anchors of a document's headings, as GitHub makes them.
fn anchors(markdown: &str) -> impl Iterator<Item = String> {
    let headings = markdown.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| {
        let kept = line.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

#[test]
fn the_index_lists_every_document() {
    let index = read(&root().join("docs/README.md"));
    let names =
        documents().into_iter().filter_map(|file| Some(file.strip_prefix(root().join("docs")).ok()?.to_owned()));
    let names = names.map(|name| name.display().to_string()).filter(|name| name != "README.md");
    let missing: Vec<String> = names.filter(|name| !index.contains(&format!("]({name})"))).collect();
    assert!(missing.is_empty(), "docs/README.md has no link to {missing:?}");
}

#[test]
fn versions_are_those_of_the_manifest() {
    let manifest = read(&root().join("Cargo.toml"));
    let between = |from: &str, to: &str| -> String {
        let rest = manifest.split_once(from).unwrap_or_else(|| panic!("Cargo.toml has no {from}")).1;
        rest.split_once(to).expect("a quote ends it").0.to_owned()
    };
    let rust = between("rust-version = \"", "\"");
    let kubernetes = between("\"v1_", "\"");
    let version = between("\nversion = \"", "\"");
    let (major_minor, _) = version.rsplit_once('.').expect("three numbers");
    for (file, word, version) in [
        ("README.md", "Rust ", rust.as_str()),
        ("CONTRIBUTING.md", "Rust ", &rust),
        ("docs/install.md", "Rust ", &rust),
        ("README.md", "Kubernetes ", &format!("1.{kubernetes}")),
        ("docs/comparison.md", "| mkmanifests ", major_minor),
    ] {
        assert_mentions(file, &read(&root().join(file)), word, version);
    }
}

/// Wherever a number follows `word`, it is `version`; somewhere it does.
fn assert_mentions(file: &str, text: &str, word: &str, version: &str) {
    let named: Vec<&str> = text
        .split(word)
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default())
        .map(|number| number.trim_end_matches('.'))
        .filter(|number| !number.is_empty())
        .collect();
    assert!(!named.is_empty(), "{file} does not say {word}{version}");
    assert!(named.iter().all(|number| *number == version), "{file}: {word}{named:?}, and Cargo.toml has {version}");
}
