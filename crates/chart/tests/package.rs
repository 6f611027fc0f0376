//! Packs charts, and compares the archives with those of the real Helm: the charts in `tests/data/helm_parity`, those
//! in the folder `MKMANIFESTS_CHARTS`, and one with difficult names and times.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use mkmanifests_chart::{self as chart, Archive, Chart, PackageOptions, Times};
use mkmanifests_testing as common;
use mkmanifests_yaml::diagnostic::Sources;

const EPOCH: i64 = 1_700_000_000;

fn folders() -> Vec<PathBuf> {
    let folders = std::iter::once(common::data("helm_parity")).chain(common::charts());
    let charts = folders.flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let mut charts: Vec<PathBuf> =
        charts.map(|entry| entry.path()).filter(|path| path.join("Chart.yaml").is_file()).collect();
    charts.sort();
    charts
}

/// Packs a folder here; the error is the first reason.
fn packed(path: &Path, version: &str, epoch: Option<i64>) -> Result<(Chart, Archive), String> {
    let loaded = chart::load(path, &mut Sources::default());
    let chart = loaded.map_err(|diagnostics| diagnostics[0].reason.clone())?.chart;
    let times = Times { source_date_epoch: epoch, now: EPOCH };
    let options = PackageOptions { version, app_version: "", times };
    let archive = chart::package(&chart, &options).map_err(|diagnostic| diagnostic.reason)?;
    Ok((chart, archive))
}

/// Packs a folder with helm. Returns the file's name and content, or the error.
fn packed_by_helm(program: &Path, path: &Path, args: &[&str], epoch: Option<i64>) -> Result<Archive, String> {
    let target = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(program);
    command.arg("package").arg(path).arg("--destination").arg(target.path()).args(args);
    if let Some(epoch) = epoch {
        command.env("SOURCE_DATE_EPOCH", epoch.to_string());
    }
    let done = command.output().expect("helm runs");
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).trim().trim_start_matches("Error: ").to_owned());
    }
    let file = fs::read_dir(target.path()).expect("a folder").next().expect("an archive").expect("an archive");
    let file_name = file.file_name().to_string_lossy().into_owned();
    Ok(Archive { file_name, data: fs::read(file.path()).expect("an archive"), metadata: Vec::new() })
}

/// Returns the header of a gzip file and its content.
fn unpacked(archive: &Archive) -> (&[u8], Vec<u8>) {
    let mut data = Vec::new();
    flate2::read::GzDecoder::new(&*archive.data).read_to_end(&mut data).expect("gzip");
    (&archive.data[..60], data)
}

/// Splits a tar archive into its headers with their contents.
fn entries(mut data: &[u8]) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    while data.first().is_some_and(|byte| *byte != 0) {
        let size = std::str::from_utf8(&data[124..135]).expect("digits");
        let size = usize::from_str_radix(size, 8).expect("a number");
        let (entry, rest) = data.split_at(512 + size.next_multiple_of(512));
        entries.push(entry.to_vec());
        data = rest;
    }
    entries
}

/// Returns whether Helm packs the subcharts in one order only.
fn has_one_order(chart: &Chart) -> bool {
    chart.dependencies.len() < 2 && chart.dependencies.iter().all(has_one_order)
}

/// Compares two archives. Returns whether they have the same bytes.
fn assert_equal(name: &str, chart: &Chart, here: &Archive, helm: &Archive) -> bool {
    assert_eq!(here.file_name, helm.file_name, "{name}");
    let ((here_head, here_tar), (helm_head, helm_tar)) = (unpacked(here), unpacked(helm));
    assert_eq!(here_head, helm_head, "{name}");
    if has_one_order(chart) {
        let texts = [&here_tar, &helm_tar].map(|tar| String::from_utf8_lossy(tar));
        let differing = texts[0].lines().zip(texts[1].lines()).find(|(here, helm)| here != helm);
        assert!(here_tar == helm_tar, "{name}: {differing:?}");
        assert!(here.data == helm.data, "{name}: the compressed data differs");
        return true;
    }
    let (mut here, mut helm) = (entries(&here_tar), entries(&helm_tar));
    here.sort();
    helm.sort();
    for (here, helm) in here.iter().zip(&helm) {
        let [here, helm] = [here, helm].map(|entry| String::from_utf8_lossy(entry));
        assert_eq!(here, helm, "{name}");
    }
    assert_eq!(here.len(), helm.len(), "{name}");
    false
}

#[test]
fn archives_are_those_of_helm() {
    let Some(program) = common::program("helm") else { return };
    let (mut identical, mut equal, mut refused) = (0, 0, 0);
    for path in folders() {
        let name = path.display().to_string();
        let epochs = if common::is_full() { &[Some(EPOCH), None][..] } else { &[Some(EPOCH)] };
        for &epoch in epochs {
            let helm = packed_by_helm(&program, &path, &[], epoch);
            match (packed(&path, "", epoch), helm) {
                (Ok((chart, here)), Ok(helm)) => {
                    identical += usize::from(assert_equal(&name, &chart, &here, &helm));
                    equal += 1;
                }
                (Err(_), Err(_)) => refused += 1,
                (here, helm) => panic!("{name}: here {:?}, helm {:?}", here.err(), helm.err()),
            }
        }
    }
    println!(
        "{equal} archives have the same content, {identical} the same bytes; {refused} charts are refused by both"
    );
}

/// Writes a file below a folder, last changed at `seconds` and half a second.
fn write(folder: &Path, name: &str, text: &str, seconds: u64) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, text).expect("a file");
    let time = UNIX_EPOCH + Duration::from_millis(seconds * 1000 + 500);
    File::options().write(true).open(&path).and_then(|file| file.set_modified(time)).expect("a time");
}

const LOCK: &str = "dependencies:\n- name: sub\n  repository: https://example.com/charts\n  version: 1.0.0\ndigest: sha256:ab\ngenerated: \"2024-03-01T10:20:30.5600+02:00\"\n";

#[test]
fn difficult_names_and_times_are_packed_as_helm_packs_them() {
    let Some(program) = common::program("helm") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let (long, longer) = ("l".repeat(90), "l".repeat(120));
    write(
        root,
        "Chart.yaml",
        "name: web\nversion: 1.0.0\nsources: []\ndeprecated: true\ndependencies:\n- {name: sub, version: ^1, repository: ''}\napiVersion: v2\nappVersion: 1.10\n",
        1_000_000_000,
    );
    write(root, "Chart.lock", LOCK, 1);
    write(root, "values.yaml", "\u{feff}a: 1\n", 8_589_934_591);
    write(root, "values.schema.json", "{}", 8_589_934_592);
    write(root, "charts/sub/Chart.yaml", "apiVersion: v1\nname: sub\nversion: 1.0.0\n", 3);
    write(root, "charts/sub/requirements.yaml", "dependencies: []\n", 3);
    write(root, "charts/sub/Chart.lock", LOCK, 3);
    write(root, "charts/sub-1.0.0.tgz.prov", "signature", 4);
    write(root, &format!("templates/{long}/{long}.yaml"), "a", 5);
    write(root, &format!("files/{longer}/{longer}"), "a", 6);
    write(root, &format!("files/{longer}/{long}"), "a", 9_589_934_592);
    write(root, "files/ö.txt", "b", 7);
    write(root, "files/ignored.txt", "c", 8);
    write(root, ".helmignore", "ignored.txt\n", 9);
    write(root, "files/exact", &"x".repeat(1024), 10);
    for epoch in [Some(EPOCH), None, Some(1 << 33)] {
        let (chart, here) = packed(root, "2.0.0+a", epoch).expect("a chart");
        let helm = packed_by_helm(&program, root, &["--version", "2.0.0+a"], epoch).expect("a chart");
        assert_equal("difficult", &chart, &here, &helm);
    }
}

#[test]
fn errors_are_those_of_helm() {
    let Some(program) = common::program("helm") else { return };
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
    let missing = format!("{chart}dependencies:\n- {{name: a, version: 1}}\n- {{name: b, version: 1}}\n");
    for (files, version) in [
        (vec![("Chart.yaml", chart)], "one"),
        (vec![("Chart.yaml", chart)], "1.2.3.4"),
        (vec![("Chart.yaml", &missing)], ""),
        (vec![("Chart.yaml", chart), ("values.schema.json", "{")], ""),
        (vec![("Chart.yaml", chart), ("values.schema.json", "{} 1")], ""),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            write(folder.path(), name, text, 1);
        }
        let helm = packed_by_helm(&program, folder.path(), &["--version", version], None).expect_err("an error");
        assert_eq!(packed(folder.path(), version, None).expect_err("an error"), helm);
    }
}
