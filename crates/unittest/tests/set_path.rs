//! Paths of `set` make the same maps and messages as helm-unittest.

use mkmanifests_unittest::set_path::build;

use super::oracle::show;

#[test]
fn paths_make_nested_values() {
    for (path, wanted) in [
        ("a", r#"{"a":"x"}"#),
        ("a.b.c", r#"{"a":{"b":{"c":"x"}}}"#),
        ("a[2]", r#"{"a":[nil,nil,"x"]}"#),
        ("a[1].b", r#"{"a":[nil,{"b":"x"}]}"#),
        ("a[0][1]", r#"{"a":[[nil,"x"]]}"#),
        ("a.[example.com/key]", r#"{"a":{"example.com/key":"x"}}"#),
        ("a.[b.c].d", r#"{"a":{"b.c":{"d":"x"}}}"#),
        ("[a.b][0]", r#"{"a.b":["x"]}"#),
        ("[0]", r#"{"0":"x"}"#),
        ("a..b", r#"{"a":{"":{"b":"x"}}}"#),
        ("a[0]ignored.b", r#"{"a":[{"b":"x"}]}"#),
        ("a b", r#"{"a b":"x"}"#),
    ] {
        let found = build("x".into(), path).map(|map| show(&map.into()));
        assert_eq!(found.as_deref(), Ok(wanted), "{path}");
    }
}

#[test]
fn wrong_paths_have_the_messages_of_helm_unittest() {
    for (path, wanted) in [
        ("", "set path is empty"),
        ("{", "invalid token found {"),
        ("a=b", "invalid token found ="),
        ("a,b", "invalid token found ,"),
        ("[[", "invalid escaping token ["),
        ("..", "unexpected end of"),
        ("a[", "unexpected end of"),
        ("a[0]b", "unexpected end of"),
        ("a.", "unexpected end of"),
        ("a[1.1]", "missing index value"),
        ("a[]", "strconv.Atoi: parsing \"\": invalid syntax"),
        ("a[x]", "strconv.Atoi: parsing \"x\": invalid syntax"),
        ("a[99999999999999999999]", "strconv.Atoi: parsing \"99999999999999999999\": value out of range"),
        ("a]", "invalid key ]"),
        ("a[0]]", "invalid denotation token ]"),
    ] {
        assert_eq!(build("x".into(), path).err().as_deref(), Some(wanted), "{path}");
    }
    // helm-unittest stops with a panic at these.
    assert!(build("x".into(), "a[-1]").is_err() && build("x".into(), "a[123456789]").is_err());
}
