//! Template folders: each folder below `tests/data/program/template` is a case, rendered for the release `web` and
//! compared with its `out.yaml` or `err.txt`. `tests/renew template::cases` renews these files; read what changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mkmanifests::diagnostic::Failure;
use mkmanifests::manifest::Rendered;
use mkmanifests::patch::Patches;
use mkmanifests::release::Release;
use mkmanifests::template::{Folder, render};
use mkmanifests::values::{Layers, Values};

use mkmanifests_testing::{self as common, compare, compare_absent};

fn release() -> Release {
    Release {
        name: "web".into(),
        namespace: "shop".into(),
        cluster: "sandbox".into(),
        kube_version: None,
        ..Release::default()
    }
}

fn render_dir(dir: &Path) -> Result<Rendered, Failure> {
    let folder = Folder::read(dir)?;
    render(&folder, &folder.defaults()?, &release(), &Patches::default())
}

fn layered(defaults: &Values, file: &Path) -> Values {
    let mut layers = Layers::over(defaults);
    layers.file(&file.display().to_string(), &fs::read(file).unwrap());
    layers.merge().unwrap_or_else(|failure| panic!("{failure}"))
}

fn printed(rendered: &Rendered) -> String {
    let mut out = Vec::new();
    rendered.manifests.write_yaml(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(common::data("program/template")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

#[test]
fn every_case_renders_as_expected() {
    let mut wrong = Vec::new();
    let (mut good, mut bad) = (0, 0);
    let here = common::data("program/template").join("").display().to_string();
    for case in cases() {
        let (file, other, actual) = match render_dir(&case) {
            Ok(rendered) => {
                good += 1;
                ("out.yaml", "err.txt", printed(&rendered))
            }
            Err(failure) => {
                bad += 1;
                ("err.txt", "out.yaml", format!("{failure}\n").replace(&here, ""))
            }
        };
        wrong.extend(compare(&case.join(file), &actual));
        wrong.extend(compare_absent(&case.join(other)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(good >= 10 && bad >= 15, "too few cases: {good} good, {bad} bad");
}

#[test]
fn the_example_renders_as_expected() {
    let rendered = render_dir(&common::root().join("templates/example")).unwrap_or_else(|failure| panic!("{failure}"));
    let wrong = compare(&common::data("program/template-example/default.yaml"), &printed(&rendered));
    assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
}

/// Renders the example with everything that is off by default, and with an image digest.
#[test]
fn the_example_renders_with_all_options_enabled() {
    let folder = Folder::read(&common::root().join("templates/example")).unwrap();
    let defaults = folder.defaults().unwrap();
    let file = common::data("program/template-example/values.yaml");
    let values = layered(&defaults, &file);
    let rendered =
        render(&folder, &values, &release(), &Patches::default()).unwrap_or_else(|failure| panic!("{failure}"));
    let wrong = compare(&common::data("program/template-example/other.yaml"), &printed(&rendered));
    assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
}

/// kubectl reads every object of the rendered example.
#[test]
fn kubectl_reads_the_example() {
    let Some(kubectl) = common::program("kubectl") else { return };
    for (file, objects) in [("default.yaml", 6), ("other.yaml", 6)] {
        let file = common::data("program/template-example").join(file);
        let output =
            Command::new(&kubectl).args(["annotate", "--local", "x=y", "-o", "name", "-f"]).arg(file).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), objects);
    }
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    let once = printed(&render_dir(&common::root().join("templates/example")).unwrap());
    for _ in 0..3 {
        assert_eq!(printed(&render_dir(&common::root().join("templates/example")).unwrap()), once);
    }
}
