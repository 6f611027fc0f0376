//! Nodes are read as they are written.

use mkmanifests_yaml::diagnostic::SourceId;
use mkmanifests_yaml::tree::read::raw::{Content, RawDocuments, RawNode};

/// Returns a short text of a node: `!` for a tag, `*` for an alias, quotes for scalars with quotes.
fn show(node: &RawNode<'_>) -> String {
    let tag = node.tag.as_deref().map(|tag| format!("!<{tag}> ")).unwrap_or_default();
    let content = match &node.content {
        Content::Scalar { text, plain: true } => text.to_string(),
        Content::Scalar { text, plain: false } => format!("{text:?}"),
        Content::Sequence(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Content::Mapping(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", show(key), show(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Content::Alias(name, None) => format!("*{name}"),
        Content::Alias(name, Some(target)) => format!("*{name} {}", show(&target.node)),
    };
    tag + &content
}

/// Returns the documents, and the message of Go's reader if it stops.
fn read(text: &str) -> (Vec<String>, Option<String>) {
    let mut documents = RawDocuments::new(SourceId::default(), text);
    let mut shown = Vec::new();
    loop {
        match documents.next_document() {
            Ok(Some(node)) => shown.push(show(&node)),
            Ok(None) => return (shown, None),
            Err(error) => return (shown, Some(error.go)),
        }
    }
}

#[test]
fn nodes_are_not_resolved() {
    for (text, wanted) in [
        ("a: 0x1F\n1.0: yes\n", "{a: 0x1F, 1.0: yes}"),
        ("a: 1\na: '2'\n<<: {b: 3}\n", "{a: 1, a: \"2\", <<: {b: 3}}"),
        ("- !!int 1\n- !x [y]\n- ! z\n- !e\n", "[!<tag:yaml.org,2002:int> 1, !<!x> [y], !<!> z, !<!e> ]"),
        ("a: &x [1]\nb: *x\n", "{a: [1], b: *x [1]}"),
        ("&x [*x]\n", "[*x]"),
        ("? [a]\n: {b: , c}\n", "{[a]: {b: , c: }}"),
        ("a:\n- b: c\n-\n- - d\n", "{a: [{b: c}, , [d]]}"),
        ("[a: b, ? c : d]\n", "[{a: b}, {c: d}]"),
        ("a: |\n  x\n", "{a: \"x\\n\"}"),
    ] {
        assert_eq!(read(text), (vec![wanted.to_owned()], None), "{text}");
    }
}

#[test]
fn documents_follow_one_another_and_share_anchors() {
    assert_eq!(read(""), (Vec::new(), None));
    let all = ["&x a", "", "*x a"].map(|text| text.trim_start_matches("&x ").to_owned());
    assert_eq!(read("&x a\n---\n---\n*x\n"), (all.to_vec(), None));
}

#[test]
fn errors_have_the_lines_of_go_yaml_3() {
    for (text, wanted) in [
        ("a: 1\nb:\n  c: 1\n  d: 2\n e: 3\n", "yaml: line 4: did not find expected key"),
        ("a: 1\nb: 2\nc\nd: 3\n", "yaml: line 3: could not find expected ':'"),
        ("a: 1\nb: 'x\ny\nz\n", "yaml: line 2: found unexpected end of stream"),
        ("a: 1\nb: [x,\ny\n", "yaml: line 1: did not find expected ',' or ']'"),
        ("x: 1\na:\n  b: 1\n c: 2\n", "yaml: line 3: did not find expected key"),
        ("x: 1\na:\n  - 1\n  b: 2\n", "yaml: line 2: did not find expected '-' indicator"),
        ("a: *x\n", "yaml: unknown anchor 'x' referenced"),
        ("a: b: c\n", "yaml: mapping values are not allowed in this context"),
    ] {
        assert_eq!(read(text).1.as_deref(), Some(wanted), "{text}");
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let aliases: String = (1..10_000).map(|at| format!("- &a{at} [*a{}]\n", at - 1)).collect();
    for text in ["[".repeat(100_000), "- ".repeat(100_000), format!("- &a0 x\n{aliases}"), "{a: ".repeat(1000)] {
        assert!(read(&text).1.is_some());
    }
}
