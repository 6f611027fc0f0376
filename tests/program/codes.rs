//! The codes of diagnostics: stable ids that users' programs compare.

use std::collections::BTreeSet;
use std::path::Path;

use mkmanifests::chart::ChartCode;
use mkmanifests::check::CheckCode;
use mkmanifests::cli::UsageCode;
use mkmanifests::components::ComponentCode;
use mkmanifests::diagnostic::{Code, ValueCode, ValueType};
use mkmanifests::fetch::FetchCode;
use mkmanifests::files::FileCode;
use mkmanifests::gitops::{FleetCode, GitopsCode};
use mkmanifests::manifest::ManifestCode;
use mkmanifests::patch::PatchCode;
use mkmanifests::template::TemplateCode;
use mkmanifests::tree::YamlCode;
use mkmanifests::unittest::suite::SuiteCode;
use mkmanifests::values::ValuesCode;
use walkdir::WalkDir;

/// Returns the codes of each area.
fn areas() -> Vec<Vec<Code>> {
    fn all<C: Copy + Into<Code>>(codes: &[C]) -> Vec<Code> {
        codes.iter().map(|code| (*code).into()).collect()
    }
    let wrong_type = ValueCode::WrongType { expected: "a string".to_owned(), found: ValueType::List };
    let not_text = ValueCode::NotText { written: "1.30".to_owned() };
    let values = [ValueCode::UnknownField, ValueCode::MissingField, ValueCode::Invalid, ValueCode::Suspicious];
    vec![
        [wrong_type, not_text].into_iter().chain(values).map(Code::from).collect(),
        all(FileCode::ALL),
        all(YamlCode::ALL),
        all(ValuesCode::ALL),
        all(PatchCode::ALL),
        all(ManifestCode::ALL),
        all(CheckCode::ALL),
        all(TemplateCode::ALL),
        all(ChartCode::ALL),
        all(ComponentCode::ALL),
        all(FleetCode::ALL),
        all(FetchCode::ALL),
        all(GitopsCode::ALL),
        all(SuiteCode::ALL),
        all(UsageCode::ALL),
    ]
}

fn is_well_formed(id: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    id.split_once('/').is_some_and(|(area, what)| is_word(area) && what.split('-').all(is_word))
}

#[test]
fn ids_are_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for code in areas().iter().flatten() {
        assert!(is_well_formed(code.id()), "{}", code.id());
        assert!(seen.insert(code.id()), "{} is not unique", code.id());
        assert_eq!(code.rule(), None, "{} is not a validation rule", code.id());
    }
}

#[test]
fn each_area_has_one_unique_name() {
    let mut seen = BTreeSet::new();
    for codes in areas() {
        let names: BTreeSet<&str> = codes.iter().filter_map(|code| Some(code.id().split_once('/')?.0)).collect();
        assert_eq!(names.len(), 1, "{names:?}");
        assert!(seen.is_disjoint(&names), "{names:?} are the names of two areas");
        seen.extend(names);
    }
}

/// Finds areas that are missing from the list above, which the other tests would not check.
#[test]
fn every_area_of_the_source_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = ["src", "crates"].into_iter().flat_map(|folder| WalkDir::new(root.join(folder)));
    let texts = sources.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let texts = texts.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
    let expected: usize = texts
        .map(|text| text.lines().filter(|line| line.ends_with("codes! {") && !line.starts_with("///")).count())
        .sum();
    // The codes of values hold more than an id, and are written by hand.
    assert_eq!(expected + 1, areas().len());
}
