//! Reads texts with comments and writes them again, as go-yaml 3 does with `CompactSeqIndent`: the library of the post-renderers
//! of Helm 4. `tests/data/nodes.tsv` has texts and what the library wrote, each quoted as by Go's `%q`.

use mkmanifests_go::quote::{quote, unquote};
use mkmanifests_yaml::diagnostic::SourceId;
use mkmanifests_yaml::tree::read::raw::RawDocuments;
use mkmanifests_yaml::tree::write::nodes::write_documents;

fn written(text: &str) -> String {
    let mut reader = RawDocuments::with_comments(SourceId::default(), text);
    let mut documents = Vec::new();
    loop {
        match reader.next_commented() {
            Ok(Some(document)) => documents.push(document),
            Ok(None) => return write_documents(&documents),
            Err(error) => return format!("error: {}", error.go),
        }
    }
}

/// Returns the rows whose text is written in another way than the library wrote it.
fn differences(table: &str) -> Vec<String> {
    let text = |quoted: &str| {
        let bytes = unquote(quoted).unwrap_or_else(|| panic!("{quoted} is not a quoted text"));
        String::from_utf8(bytes.into_owned()).expect("UTF-8")
    };
    let row = |line: &str| {
        let (source, expected) = line.split_once('\t').expect("two fields");
        let (source, expected) = (text(source), text(expected));
        let ours = written(&source);
        let is_same = ours == expected || expected.starts_with("panic");
        (!is_same).then(|| {
            format!("{}\n  {}\n  {}", quote(source.as_bytes()), quote(expected.as_bytes()), quote(ours.as_bytes()))
        })
    };
    table.lines().filter(|line| !line.starts_with("//")).filter_map(row).collect()
}

#[test]
fn comments_and_styles_are_those_of_the_library() {
    let table = std::fs::read_to_string(mkmanifests_testing::data("nodes.tsv")).expect("the table");
    let differences = differences(&table);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Compares with the table in the file that `MKMANIFESTS_TABLE` names.
#[test]
#[ignore = "compares with a table of the caller"]
fn a_table_of_the_caller_agrees() {
    let path = std::env::var("MKMANIFESTS_TABLE").expect("MKMANIFESTS_TABLE names a table");
    let table = std::fs::read_to_string(path).expect("the table");
    let differences = differences(&table);
    let rows = table.lines().count();
    println!("{} of {rows} differ", differences.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
