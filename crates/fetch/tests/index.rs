//! `index.yaml`: reading, and finding a version. The expectations are those of Helm 4.3.1.

use mkmanifests_fetch::repository::{Index, file_name, resolve_reference_url, urls_equal};

const ENTRY: &str = "entries:\n  web:\n  - name: web\n    version: 0.1.0\n    urls: [web-0.1.0.tgz]\n";

fn error(text: &str) -> String {
    Index::parse(text.as_bytes(), "http://example.com").expect_err(text).to_string()
}

fn index(versions: &[&str]) -> Index {
    let mut text = String::from("apiVersion: v1\nentries:\n  web:\n");
    for version in versions {
        text.push_str(&format!("  - name: web\n    version: {version:?}\n    urls: [x]\n"));
    }
    Index::parse(text.as_bytes(), "x").expect("an index")
}

#[test]
fn an_index_that_helm_refuses_is_refused_with_its_text() {
    let strict = "error unmarshaling JSON: while decoding JSON: ";
    let converting = "error converting YAML to JSON: yaml:";
    for (text, expected) in [
        (String::new(), "empty index.yaml file".to_owned()),
        (ENTRY.to_owned(), "no API version specified".into()),
        (format!("apiVersion: v1\nfoo: 1\n{ENTRY}"), format!("{strict}json: unknown field \"foo\"")),
        (format!("apiVersion: v1\n{ENTRY}    foo: 1\n"), format!("{strict}json: unknown field \"foo\"")),
        (
            format!("apiVersion: v1\n{ENTRY}    dependencies:\n    - {{name: a, foo: 1}}\n"),
            format!("{strict}json: unknown field \"foo\""),
        ),
        (
            format!("apiVersion: v1\napiVersion: v1\n{ENTRY}"),
            format!("{converting} unmarshal errors:\n  line 2: key \"apiVersion\" already set in map"),
        ),
        (
            "<html>\n<body>a: b: c</body>\n".into(),
            format!("{converting} line 2: mapping values are not allowed in this context"),
        ),
        (
            "apiVersion: v1\n\tx: 1\n".into(),
            format!("{converting} line 2: found a tab character that violates indentation"),
        ),
        ("hello\n".into(), format!("{strict}json: cannot unmarshal string into Go value of type repo.IndexFile")),
        ("[1]\n".into(), "json: cannot unmarshal array into Go value of type repo.IndexFile".into()),
        (
            "apiVersion: v1\nentries: []\n".into(),
            format!(
                "{strict}json: cannot unmarshal array into Go struct field .entries of type map[string]repo.ChartVersions"
            ),
        ),
        (
            "apiVersion: v1\nentries:\n  web: x\n".into(),
            format!(
                "{strict}json: cannot unmarshal string into Go struct field .entries.web of type repo.ChartVersions"
            ),
        ),
        (
            "apiVersion: v1\nentries:\n  web:\n  - version: 1.10\n".into(),
            format!("{strict}json: cannot unmarshal number into Go struct field .entries.web.0.version of type string"),
        ),
        (
            "{\"apiVersion\":\"v1\",\"entries\":{\"web\":[{\"version\":1}]}}".into(),
            "json: cannot unmarshal number into Go struct field IndexFile.entries.web.0.version of type string".into(),
        ),
        (
            format!("apiVersion: v1\n{ENTRY}    appVersion: true\n"),
            format!(
                "{strict}json: cannot unmarshal bool into Go struct field .entries.web.0.appVersion of type string"
            ),
        ),
        (
            format!("apiVersion: v1\n{ENTRY}    keywords: [1]\n"),
            format!("{strict}json: cannot unmarshal number into .entries.web.0.keywords.0 of type string"),
        ),
        (
            format!("apiVersion: v1\n{ENTRY}    annotations: {{a: 1}}\n"),
            format!(
                "{strict}json: cannot unmarshal number into Go struct field .entries.web.0.annotations.a of type string"
            ),
        ),
        (
            format!("apiVersion: v1\n{ENTRY}    digest: [1]\n"),
            format!("{strict}json: cannot unmarshal array into Go struct field .entries.web.0.digest of type string"),
        ),
        (
            "apiVersion: v1\nentries: {web: [5]}\n".into(),
            format!("{strict}json: cannot unmarshal number into .entries.web.0 of type repo.ChartVersion"),
        ),
        (
            "{\"apiVersion\":\"v1\",\"entries\":{\"web\":[{\"urls\":[1]}]}}".into(),
            "json: cannot unmarshal number into IndexFile.entries.web.0.urls.0 of type string".into(),
        ),
        (
            "{\"apiVersion\":1,\"entries\":{}}".into(),
            "json: cannot unmarshal number into Go struct field IndexFile.apiVersion of type string".into(),
        ),
        (
            format!("apiVersion: v1\n{ENTRY}    created: yesterday\n"),
            format!(
                "{strict}parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\""
            ),
        ),
    ] {
        assert_eq!(error(&text), expected, "{text}");
    }
}

#[test]
fn numbers_and_booleans_are_texts_outside_of_the_metadata() {
    for (written, read) in [
        ("1.10", "1.1"),
        ("1.0", "1"),
        ("123456789.123", "1.2345679e+08"),
        ("12345678901234567890123", "1.2345679e+22"),
        ("0.1234567890123", "0.12345679"),
        ("1e-7", "1e-07"),
        ("00001234", "668"),
        ("0x1F", "31"),
        ("18446744073709551615", "18446744073709551615"),
        ("yes", "true"),
        ("2020-01-01", "2020-01-01"),
        ("~", ""),
    ] {
        let text = format!(
            "apiVersion: {written}\nannotations: {{a: {written}}}\npublicKeys: [{written}]\nentries:\n  12:\n  - name: web\n    \
             version: 0.1.0\n    urls: [{written}]\n    digest: {written}\n"
        );
        let text = if written == "~" { text.replace("apiVersion: ~", "apiVersion: 1") } else { text };
        let index = Index::parse(text.as_bytes(), "x").expect(&text);
        let found = index.get("12", "").expect("a version").0;
        assert_eq!((&*found.urls[0], &*found.digest, &*index.public_keys[0]), (read, read, read), "{written}");
        assert_eq!(index.annotations, [("a".to_owned(), read.to_owned())]);
    }
    let zeros = format!("apiVersion: v1\n{ENTRY}    digest: {}\n", "0".repeat(64));
    let index = Index::parse(zeros.as_bytes(), "x").expect("an index");
    assert_eq!(index.get("web", "").expect("a version").0.digest, "0");
}

#[test]
fn keys_match_without_regard_to_case_and_json_may_have_more() {
    let text = "apiVersion: v1\nEntries:\n  web:\n  - name: web\n    Version: 0.1.0\n    urls: [a.tgz]\n";
    let index = Index::parse(text.as_bytes(), "x").expect("an index");
    assert_eq!(index.get("web", "").expect("a version").0.urls, ["a.tgz"]);
    let text = r#"{"apiVersion":"v1","more":1,"entries":{"web":[{"name":"web","version":"0.1.0","more":2,"urls":["b.tgz"]}]}}"#;
    let index = Index::parse(text.as_bytes(), "x").expect("an index");
    assert_eq!(index.get("web", "").expect("a version").0.urls, ["b.tgz"]);
}

#[test]
fn invalid_versions_are_left_out_with_helms_warnings() {
    let text = format!(
        "apiVersion: v1\n{ENTRY}  - null\n  - name: ..\n    version: 0.5.0\n  - name: web\n    version: first\n"
    );
    let index = Index::parse(text.as_bytes(), "http://example.com").expect("an index");
    let warnings: Vec<String> = index.warnings.iter().map(ToString::to_string).collect();
    let skipped = "level=WARN msg=\"skipping loading invalid entry for chart";
    assert_eq!(
        warnings,
        [
            format!(
                "{skipped}\" name=web version=first source=http://example.com error=\"validation: chart.metadata.version \\\"first\\\" is invalid\""
            ),
            format!(
                "{skipped}\" name=web version=0.5.0 source=http://example.com error=\"validation: chart.metadata.name \\\"..\\\" is not allowed\""
            ),
            format!("{skipped}: empty entry\" name=web source=http://example.com"),
        ]
    );
    assert_eq!(index.entries["web"].len(), 1);
}

#[test]
fn repeated_aliases_of_dependencies_do_not_matter() {
    let text = format!("apiVersion: v1\n{ENTRY}    dependencies:\n    - name: a\n    - name: a\n");
    let index = Index::parse(text.as_bytes(), "x").expect("an index");
    assert!(index.warnings.is_empty() && index.entries["web"].len() == 1);
}

#[test]
fn the_exact_text_comes_before_the_newest_match() {
    let index = index(&["1.2.0", "v1.2.1", "1.10.0", "2.0.0-rc.1", "1.2.0+build.2", "0.9.0"]);
    for (wanted, expected) in [
        ("", "1.10.0"),
        ("*", "1.10.0"),
        (">0.0.0-0", "2.0.0-rc.1"),
        ("1.2.0", "1.2.0"),
        ("1.2.0+build.2", "1.2.0+build.2"),
        ("1.2.1", "v1.2.1"),
        ("~1.2", "v1.2.1"),
        ("^0", "0.9.0"),
        ("2.0.0-rc.1", "2.0.0-rc.1"),
        ("1.x", "1.10.0"),
        ("<1 || 1.2.0 - 1.2.9", "v1.2.1"),
    ] {
        let (found, _) = index.get("web", wanted).expect(wanted);
        assert_eq!(found.metadata.version, expected, "{wanted}");
    }
}

#[test]
fn a_version_that_is_no_range_warns_if_another_is_taken() {
    let index = index(&["0.1.0"]);
    let (_, warning) = index.get("web", "0.1").expect("a version");
    let warning = warning.expect("a warning").to_string();
    let message = "unable to find exact version requested; falling back to closest available version";
    assert_eq!(warning, format!("level=WARN msg=\"{message}\" chart=web requested=0.1 selected=0.1.0"));
    for quiet in ["", "0.1.0", "^0.1", "0.x", "0.0.1 - 0.2"] {
        assert!(index.get("web", quiet).expect(quiet).1.is_none(), "{quiet}");
    }
}

#[test]
fn what_is_not_there_has_helms_text() {
    let index = index(&["0.1.0"]);
    let error = |name: &str, version: &str| index.get(name, version).expect_err(version).to_string();
    assert_eq!(error("other", ""), "no chart name found");
    assert_eq!(error("web", "9"), "no chart version found for web-9");
    assert_eq!(error("web", "a b"), "improper constraint: \"a b\"");
}

#[test]
fn relative_addresses_keep_the_query_of_the_repository() {
    for (base, reference, expected) in [
        ("http://example.com/charts", "web.tgz", "http://example.com/charts/web.tgz"),
        ("http://example.com/charts/?key=1", "web.tgz", "http://example.com/charts/web.tgz?key=1"),
        ("http://example.com/charts", "../web.tgz?x=1", "http://example.com/web.tgz"),
        ("http://example.com/charts", "/web.tgz", "http://example.com/web.tgz"),
        ("http://example.com/charts", "https://other.example.com/web.tgz?x=1", "https://other.example.com/web.tgz?x=1"),
        ("http://example.com/a%2Fb/", "web.tgz", "http://example.com/a%2Fb/web.tgz"),
    ] {
        assert_eq!(resolve_reference_url(base, reference).expect(reference), expected);
    }
    let error = resolve_reference_url("http://example.com", "http://[::1").expect_err("no URL").to_string();
    assert_eq!(error, "failed to parse http://[::1 as URL: parse \"http://[::1\": missing ']' in host");
}

#[test]
fn addresses_are_compared_after_cleaning() {
    assert!(urls_equal("http://example.com", "http://example.com/"));
    assert!(urls_equal("http://example.com/a/", "http://example.com/b/../a"));
    assert!(!urls_equal("http://example.com/a", "https://example.com/a"));
    assert!(!urls_equal("http://example.com/a", "http://example.com/a?x=1"));
}

#[test]
fn file_names_stay_in_their_folder() {
    assert_eq!(file_name("http://example.com/x%2F..%2Fweb-1.tgz?a=/b").as_deref(), Ok("web-1.tgz"));
    assert_eq!(file_name("oci://example.com/charts/web:1.0.0").as_deref(), Ok("web-1.0.0.tgz"));
    for hostile in ["http://example.com", "http://example.com/", "http://example.com/a/..", "http://example.com/%00"] {
        assert!(file_name(hostile).is_err(), "{hostile}");
    }
}
