//! The flags of `chart test` about the run: `--ci`, `--kube-version`, `--shard` and `--init`.

use std::fs;

use super::chart_test::{SUITE, chart, run, run_with};

pub(super) const SNAPSHOT: &str = "suite: same\ntests:\n- it: is the same\n  asserts:\n  - matchSnapshot: {}\n";

#[test]
fn a_missing_snapshot_fails_in_ci_and_the_command_that_writes_it_is_named() {
    let folder = chart(SNAPSHOT);
    let path = folder.path();
    let run = |environment: &[(&str, &str)], flags: &[&str]| {
        run_with(environment, path, &[&["chart", "test", "."][..], flags].concat())
    };
    let help = "run `mkmanifests chart test . --ci=false` and commit the files";
    let in_ci = [("CI", "true")];
    for (environment, flags, why) in [
        (&[][..], &["--ci"][..], "`--ci`"),
        (&in_ci, &[], "the environment variable CI is set"),
        (&[("CI", "1")], &[], "the environment variable CI is set"),
    ] {
        let (code, stdout, stderr) = run(environment, flags);
        assert!(code == 1 && !path.join("tests/__snapshot__").exists(), "{stdout}{stderr}");
        let error = format!("error: 1 snapshot is missing, and none is written: {why}\n");
        assert!(stderr.starts_with(&error) && stderr.contains(help), "{stderr}");
        assert!(stdout.contains("error: the document has no snapshot 1, and none is written\n"), "{stdout}");
    }
    let file = path.join("tests/__snapshot__/a_test.yaml.snap");
    for (environment, flags) in
        [(&in_ci[..], &["--ci=false"][..]), (&in_ci, &["-u"]), (&[("CI", "false")], &[]), (&[], &[])]
    {
        let (code, stdout, stderr) = run(environment, flags);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        fs::remove_file(&file).expect("a snapshot file");
    }
    // The plugin knows no CI.
    let (code, _, stderr) = run_with(&in_ci, path, &["helm", "unittest", "."]);
    assert_eq!((code, stderr.as_str(), file.exists()), (0, "", true));
    // One that nothing uses is a warning.
    fs::write(path.join("tests/a_test.yaml"), SNAPSHOT.replace("it: is", "it: stays")).expect("a suite");
    let (_, _, stderr) = run(&in_ci, &[]);
    assert!(stderr.contains("warning: 1 snapshot is not used by any test\n") && stderr.contains(help), "{stderr}");
}

#[test]
fn flags_that_contradict_each_other_are_errors() {
    let folder = chart(SUITE);
    let run = |flags: &[&str]| run_with(&[], folder.path(), &[&["chart", "test", "."][..], flags].concat());
    let cases: [(&[&str], &str); 11] = [
        (&["--ci", "-u"], "`--ci` writes no snapshots, and `-u` replaces them"),
        (&["--ci", "--watch"], "`--watch` runs until you end it, and `--ci` is for runs that end"),
        (&["--watch", "--shard", "1/2"], "`--watch` runs what changed, and `--shard` a part of all suites"),
        (&["--init", "-u"], "`--init` writes new suites, and runs only these"),
        (&["--init", "-f", "a.yaml"], "`--init` writes suites to the folder `tests` of the chart"),
        (&["--init", "--kube-version", "1.30,1.31"], "`--init` writes suites for one `--kube-version`"),
        (&["--init", "-v", "nope.yaml"], "no values file matches `nope.yaml`"),
        (&["--shard", "4/3"], "must be `I/N` with I from 1 to N"),
        (&["--shard", "a"], "must be `I/N` with I from 1 to N"),
        (&["--kube-version", "1.3"], "unknown Kubernetes version 1.3: must be between 1.8 and 1.37"),
        (&["--ci=maybe"], "must be one of `true`, `false`"),
    ];
    for (flags, message) in cases {
        let (code, stdout, stderr) = run(flags);
        assert_eq!((code, stdout.as_str()), (2, ""), "{flags:?}: {stderr}");
        assert!(stderr.contains(message), "{flags:?}: {stderr}");
    }
    let (code, _, stderr) = run_with(&[("CI", "true")], folder.path(), &["chart", "test", ".", "--watch"]);
    assert!(code == 2 && stderr.contains("add `--ci=false`"), "{stderr}");
}

#[test]
fn paths_that_are_not_charts_are_named_before_anything_runs() {
    let folder = chart(SUITE);
    let parent = folder.path().parent().expect("a parent");
    let name = folder.path().file_name().expect("a name").to_string_lossy().into_owned();
    for (paths, message) in [
        (vec![name.as_str(), "nope"], "error: `nope` does not exist\n".to_owned()),
        (vec![&format!("{name}/Chart.yaml")], format!("error: `{name}/Chart.yaml` is not a chart\n")),
        (
            vec![&format!("{name}/templates")],
            "name folders with a `Chart.yaml`, or archives (.tgz) of charts".to_owned(),
        ),
    ] {
        let (code, stdout, stderr) = run(parent, &[&["chart", "test"][..], &paths].concat());
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains(&message), "{stderr}");
    }
    let above = tempfile::tempdir().expect("a folder");
    fs::create_dir(above.path().join("web")).expect("a folder");
    fs::write(above.path().join("web/Chart.yaml"), "").expect("a file");
    let (code, _, stderr) = run(above.path(), &["chart", "test", "."]);
    assert!(code == 2 && stderr.contains("it has charts below it, such as `./web`"), "{stderr}");
}

#[test]
fn shards_and_versions_are_counted() {
    let folder = chart(SUITE);
    fs::write(folder.path().join("tests/b_test.yaml"), SUITE.replace("names", "second")).expect("a suite");
    let run = |flags: &[&str]| run(folder.path(), &[&["chart", "test", "."][..], flags].concat());
    for (shard, suite) in [("1/2", "names"), ("2/2", "second")] {
        let (code, stdout, stderr) = run(&["--shard", shard]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        assert!(stdout.contains(&format!(" PASS  {suite}\t")), "{stdout}");
        assert!(stdout.contains("Test Suites: 1 passed, 1 total\nTests:       1 passed, 1 total\n"), "{stdout}");
    }
    let (code, stdout, stderr) = run(&["--shard=3/3"]);
    assert_eq!(code, 0, "{stdout}");
    assert_eq!(stderr, "warning: this shard has no suites: there are only 2 suite files\n");
    let (code, stdout, _) = run(&["--kube-version", "1.29,1.31", "--kube-version", "v1.33.1"]);
    assert!(code == 0 && stdout.contains("Tests:       6 passed, 6 total\n"), "{stdout}");
}

#[test]
fn first_suites_pass() {
    let folder = chart(SUITE);
    let path = folder.path();
    fs::remove_file(path.join("tests/a_test.yaml")).expect("a suite");
    let (code, stdout, stderr) = run(path, &["chart", "test", "--init", "."]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert_eq!(
        stdout,
        "wrote ./tests/a_test.yaml\nwrote ./tests/__snapshot__: 1 snapshot\n1 suite with 1 test; all tests pass. \
         Run them with `mkmanifests chart test .`\n"
    );
    let (code, stdout, _) = run(path, &["chart", "test", "--ci", "."]);
    assert!(code == 0 && stdout.contains("Snapshot:    1 passed, 1 total\n"), "{stdout}");
    let (code, stdout, stderr) = run(path, &["chart", "test", "--init", "."]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    assert_eq!(stderr, "kept ./tests/a_test.yaml: it already exists\nnothing to write: every template has a suite\n");
    fs::write(path.join("templates/a.yaml"), "{{ required \"name it\" .Values.name }}").expect("a template");
    let (code, _, stderr) = run(path, &["chart", "test", "--init", "."]);
    assert!(code == 2 && stderr.contains("`.` does not render with its default values: "), "{stderr}");
}
