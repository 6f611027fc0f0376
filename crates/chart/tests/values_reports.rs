//! Snapshots of the whole report for every kind of invalid values input.

use mkmanifests_chart::values::{Flag, Values, apply};
use mkmanifests_yaml::diagnostic::Failure;
use mkmanifests_yaml::tree::{Map, Node};

/// One text for each error.
const FILES: &[&str] = &[
    "replicas: 1\nimage:\n\ttag: x\n",
    "replicas: 1\nimage:foo\n",
    "image:foo\nreplicas: 1\n",
    "image: repo: tag\n",
    "command: echo: {{ .Values.x }}\n",
    "image: {{ .Values.image }}\n",
    "a:\n  image: {{ image }}-x\n",
    "{{ name }}: x\n",
    "name: @user\n",
    "name: `x`\n",
    "name: %x\n",
    "%if x\nname: y\n",
    "name: *.example.com\n",
    "name: *prod\n",
    "base: &base {a: 1}\nname: *bse\n",
    "name: &\n",
    "name: !e!x y\n",
    "name: !foo\"x\"\n",
    "name: \"open\nother: x\n",
    "name: 'it's'\n",
    "name: 'open\n",
    "name: \"C:\\dir\"\n",
    "name: \"\\u12\"\n",
    "name: \"\\uD83D\\uDE00\"\n",
    "list: [a, b\nother: x\n",
    "list: [a, b\n",
    "map: {a: 1, b\n",
    "list: [a b}\n",
    "list: [a]]\n",
    "a:\n    b: 1\n  c: 2\n",
    "a:\n  b: 1\n   c: 2\n",
    " a: 1\nb: 2\n",
    "a: 1\n b: 2\n",
    "a:\n  - x\n  y: 1\n",
    "a:\n  b: 1\n  - x\n",
    "items:\n  - a\n - b\n",
    "items:\n-   a: 1\n  b: 2\n",
    "-   - a\n  - b\n",
    "a:\n    - x\n  b: 1\n",
    "resources:\n  memory:4Gi\n  cpu: 1\n",
    "memory:4Gi\n",
    "a: - x\n",
    "a: |x\n  text\n",
    "a: |\n\ttext\n",
    "a: [|]\n",
    "a: 1\n---\nb: 2\n",
    "- a\n- b\n",
    "just text\n",
    "a: 1\nb: 2\na: 3\nc: {x: 1, x: 2}\n",
    "a: 1\na: 2\na: 3\n",
    "a: .inf\nb: !!int x\nc: !!binary '*'\n",
    "~: 1\n? [x]\n: 2\n18446744073709551615: 3\n",
    "a: &a [*a]\n",
    "a:\n  <<: 1\n  <<: [x]\n",
    "a: \u{1}\n",
    "%YAML 1.2\n---\na: 1\n",
    "a: 1\nb\n",
    "b\n",
    "a: b\n  c: d\n",
    "key: value with: colon\n",
    "image: nginx:\n",
    "head\n  image: x\n",
    "head:\n  image = x\n  cpu: 1\n",
    "items:\n  - a: 1\n    - a: 2\n",
    "items:\n  - a: 1\n      - a: 2\n",
    "items:\n  - a\n  -b\n",
    "- a\nb: 1\n",
    "script: |\n  a\n b\n",
    "items:\n  -\ta: 1\n",
    "a: 1\n \tb: 2\n",
    "a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> main\n",
    "{\"a\": 1\n \"b\": 2}\n",
    "a: {b: 1} c\n",
];

fn report(text: &str) -> String {
    match Values::parse("values.yaml", text) {
        Ok(_) => panic!("{text:?} is read without an error"),
        Err(failure) => failure.to_string(),
    }
}

#[test]
fn reports_on_files() {
    let all: Vec<String> = FILES.iter().map(|text| format!("##### {text:?}\n{}\n", report(text))).collect();
    insta::assert_snapshot!(all.join("\n"));
}

/// One flag for each mistake.
const FLAGS: &[(Flag, &str)] = &[
    (Flag::Set, "name"),
    (Flag::Set, "name=a,b"),
    (Flag::Set, "a=1,,b=2"),
    (Flag::Set, "a..b=1"),
    (Flag::Set, "a[x]=1"),
    (Flag::Set, "a[-1]=1"),
    (Flag::Set, "a[65537]=1"),
    (Flag::Set, "a[0]b=1"),
    (Flag::Set, "a={x,y"),
    (Flag::Set, "text.b=1"),
    (Flag::Set, "map.list[0]=1"),
    (Flag::Set, "map[0]=1"),
    (Flag::Set, "nothing.b=1"),
    (Flag::Set, "a=1,a.b=2"),
    (Flag::Set, "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f=1"),
    (Flag::SetString, "name"),
    (Flag::SetLiteral, "name"),
    (Flag::SetFile, "a=missing.txt"),
    (Flag::SetJson, "a=text"),
    (Flag::SetJson, "a={\"b\": [1,}"),
    (Flag::SetJson, "a=[1"),
    (Flag::SetJson, "{\"a\": x}"),
    (Flag::SetJson, "{\"a\": 1} b"),
    (Flag::SetJson, "{a: 1}"),
];

#[test]
fn reports_on_flags() {
    let mut all = String::new();
    for (flag, text) in FLAGS {
        let base = Values::parse("values.yaml", "text: hello\nmap: {list: {x: 1}}\nnothing:\n").expect("values");
        let Values { mut root, mut sources } = base;
        let mut read_file = |path: &str| if path == "binary" { Ok(vec![0xFF]) } else { Err("no such file".to_owned()) };
        let diagnostics = apply(&mut root, *flag, text, &mut sources, &mut read_file).expect_err(text);
        all += &format!("##### {flag} {text:?}\n{}\n\n", Failure::new(diagnostics, sources));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn an_empty_root_becomes_a_mapping() {
    let mut root = Node::default();
    let mut sources = mkmanifests_yaml::diagnostic::Sources::default();
    apply(&mut root, Flag::Set, "", &mut sources, &mut |_| Ok(Vec::new())).expect("nothing to do");
    assert_eq!(root, Node::from(Map::new()));
}
