//! Values render the objects of the samples.

use mkmanifests::components;
use mkmanifests::release::Release;
use mkmanifests::tree::Node;
use mkmanifests::values::Layers;
use serde_json::Value;

use super::normal::normal;
use super::{Sample, common, folder, is_of_ray, objects, values};

/// Removes our defaults that no sample has.
const BASE: &str = include_str!("../../data/program/kuberay/base.yaml");

#[test]
fn values_render_the_samples() {
    let Some(checkout) = common::kuberay() else { return };
    let (mut wrong, mut equal) = (Vec::new(), 0);
    let samples = Sample::all();
    for sample in samples.iter().filter(|sample| sample.is_equal()) {
        let theirs = of_ray(objects(&folder(&checkout).join(&sample.path)).iter());
        let values = values::read(&sample.path, &theirs);
        match ours(&sample.component, &values) {
            Ok(ours) if normal(ours.clone()) == normal(theirs.clone()) => equal += 1,
            Ok(ours) => wrong.push(format!("{}\n{}", sample.path, differences(&normal(theirs), &normal(ours)))),
            Err(reason) => wrong.push(format!("{}: {reason}", sample.path)),
        }
    }
    println!("{equal} of {} samples are rebuilt from values", samples.len());
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A sample is either equal, or has a reason and no values.
#[test]
fn each_values_file_is_of_a_sample() {
    let samples = Sample::all();
    for sample in &samples {
        assert_eq!(values::file(&sample.path).is_file(), sample.is_equal(), "{}", sample.path);
    }
    let files = std::fs::read_dir(common::data("program/kuberay")).expect("the folder").count();
    assert_eq!(files, samples.iter().filter(|sample| sample.is_equal()).count() + 2, "a file of no sample");
}

fn ours(component: &str, values: &Value) -> Result<Value, String> {
    let component = components::find(component).ok_or_else(|| format!("no component {component}"))?;
    let mut layers = Layers::over(component.defaults());
    // A job in an existing cluster has no values of a cluster.
    if values.get("rayImage").is_some() {
        layers.file("base.yaml", BASE.as_bytes());
    }
    layers.file("values.yaml", values.to_string().as_bytes());
    let values = component.merge(layers).map_err(|failure| failure.to_string())?;
    let rendered = component.render(&values, &Release::new("demo", "ray")).map_err(|failure| failure.to_string())?;
    Ok(of_ray(rendered.manifests.iter().map(|manifest| &manifest.node)))
}

/// Returns the only object of `ray.io`.
fn of_ray<'n>(objects: impl Iterator<Item = &'n Node>) -> Value {
    let mut found = objects.filter(|object| is_of_ray(object));
    let object = found.next().expect("an object of ray.io");
    assert!(found.next().is_none(), "two objects of ray.io");
    serde_json::to_value(object).expect("a tree is JSON")
}

fn differences(theirs: &Value, ours: &Value) -> String {
    let text = |value| serde_json::to_string_pretty(value).unwrap_or_default();
    let (theirs, ours) = (text(theirs), text(ours));
    let diff = similar::TextDiff::from_lines(theirs.as_str(), ours.as_str());
    diff.unified_diff().context_radius(4).header("sample", "values").to_string()
}
