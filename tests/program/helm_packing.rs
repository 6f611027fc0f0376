//! `helm lint`, `helm package` and `helm verify` print what the real Helm prints, with the same exit codes and files.

use std::fs;
use std::path::Path;
use std::process::Command;

use mkmanifests_testing as common;

/// What a program answers: output, errors and exit code.
type Answer = (String, String, Option<i32>);

fn answer(command: &mut Command, args: &[&str], folder: &Path, epoch: Option<&str>) -> Answer {
    command.args(args).current_dir(folder).env_clear().env("HOME", folder).env("PATH", "/nowhere");
    if let Some(epoch) = epoch {
        command.env("SOURCE_DATE_EPOCH", epoch);
    }
    let done = command.output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&done.stdout), text(&done.stderr), done.status.code())
}

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
const SUBCHART: &str = "apiVersion: v1\nname: sub\nversion: 1.0.0\n";
const TEMPLATE: &str =
    "a: {{ required \"set a\" .Values.a }}\nmetadata:\n  name: {{ .Values.name | default \"web\" }}\n";

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Creates the charts that the commands name.
fn charts(folder: &Path) {
    write(folder, "web/Chart.yaml", CHART);
    write(folder, "web/values.yaml", "name: web\n");
    write(folder, "web/values.schema.json", "{\"properties\": {\"name\": {\"type\": \"string\"}}}");
    write(folder, "web/templates/a.yaml", TEMPLATE);
    write(folder, "web/charts/sub/Chart.yaml", SUBCHART);
    write(folder, "web/charts/sub/values.yaml", "b: 1\n");
    write(folder, "bad/Chart.yaml", "name: bad\n");
    write(folder, "missing/Chart.yaml", &format!("{CHART}dependencies: [{{name: a, version: 1}}]\n"));
    write(folder, "empty/x", "");
    write(folder, "values.yaml", "name: A_b\n");
}

/// Runs both programs in folders of their own, and compares the answers. Returns the folders.
fn compare(args: &[&str], epoch: Option<&str>) -> Option<[tempfile::TempDir; 2]> {
    let helm = common::program("helm")?;
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let [helm_folder, our_folder] = &folders;
    folders.iter().for_each(|folder| charts(folder.path()));
    let theirs = answer(&mut Command::new(helm), args, helm_folder.path(), epoch);
    let mut ours = Command::new(env!("CARGO_BIN_EXE_mkmanifests"));
    let ours = answer(ours.arg("helm"), args, our_folder.path(), epoch);
    let code = theirs.2;
    // Paths are the only difference, and the hint of clap.
    let path = |folder: &tempfile::TempDir| folder.path().display().to_string();
    let theirs = [theirs.0, theirs.1].map(|text| text.replace(&path(helm_folder), &path(our_folder)));
    let [out, errors] = theirs;
    assert_eq!(ours, (out, errors, code), "{args:?}");
    Some(folders)
}

#[test]
fn lint_answers_as_helm() {
    for args in [
        &["lint", "web"][..],
        &["lint", "web/", "bad", "none", "empty"],
        &["lint", "web", "--strict"],
        &["lint", "web", "--quiet"],
        &["lint", "web", "bad", "--quiet", "--strict", "--set", "a=1"],
        &["lint", "web", "--with-subcharts", "--values", "values.yaml"],
        &["lint", "web", "--set", "name=1"],
        &["lint", "web", "--set", "name=1", "--skip-schema-validation"],
        &["lint", "web", "--set-string", "name=B", "--kube-version", "1.22"],
        &["lint", "web", "--kube-version", "x"],
        &["lint", "web", "--set", "a"],
        &["lint"],
        &["lint", "web", "-n", "prod"],
    ] {
        let _ = compare(args, None);
    }
}

#[test]
fn package_answers_as_helm() {
    for args in [
        &["package", "web"][..],
        &["package", "./web/", "-d", "out/x/../y/"],
        &["package", "web", "--version", "1.2.3+a", "--app-version", "9"],
        &["package", "web", "--version", "one"],
        &["package", "web", "-d", "values.yaml"],
        &["package", "web", "bad"],
        &["package", "none"],
        &["package", "empty"],
        &["package", "missing"],
        &["package", "values.yaml"],
        &["package"],
        &["package", "web", "--sign"],
        &["package", "web", "--sign", "--key", "a"],
    ] {
        for epoch in [Some("1700000000"), None] {
            let Some([helm, ours]) = compare(args, epoch) else { return };
            let archives = |folder: &Path| {
                let files = walk(folder);
                files.into_iter().filter(|(name, _)| name.ends_with(".tgz")).collect::<Vec<_>>()
            };
            let (theirs, ours) = (archives(helm.path()), archives(ours.path()));
            let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
            assert_eq!(names(&ours), names(&theirs), "{args:?}");
            assert!(epoch.is_none() || ours == theirs, "{args:?}: the archives differ");
        }
    }
    for epoch in ["x", "-1", "99999999999999999999", ""] {
        let _ = compare(&["package", "web"], Some(epoch));
    }
}

#[test]
fn verify_answers_as_helm() {
    for args in [&["verify", "web"][..], &["verify", "none.tgz"], &["verify", "values.yaml"], &["verify"]] {
        let _ = compare(args, None);
    }
}

/// Returns the files below a folder.
fn walk(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.expect("an entry"));
    let files = files.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let name = entry.path().strip_prefix(folder).expect("below the folder").display().to_string();
        (name, fs::read(entry.path()).expect("a file"))
    });
    files.collect()
}
