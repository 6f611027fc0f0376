//! Reads YAML with mkmanifests-yaml, validates the objects, and prints them. Prints the time of the best run of each step, in
//! ms; bench/yaml-readers/run measures other readers beside it.

use std::error::Error;
use std::time::Instant;

use mkmanifests_check::patch::Patches;
use mkmanifests_check::pipeline::{Object, Steps, finish};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use mkmanifests_yaml::tree::write::{Style, write};

fn best(least: &mut f64, work: impl FnOnce()) {
    let began = Instant::now();
    work();
    *least = least.min(began.elapsed().as_secs_f64() * 1e3);
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(runs), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("expected RUNS FILE".into());
    };
    let text = std::fs::read_to_string(file)?;
    let documents: Vec<&str> = text.split("\n---").collect();
    let [mut read, mut check, mut print, mut free] = [f64::MAX; 4];
    for _ in 0..runs.parse::<usize>()? {
        let mut nodes: Vec<Node> = Vec::new();
        best(&mut read, || {
            let documents =
                documents.iter().map(|text| first_document(Default::default(), *text, Duplicates::LastWins));
            nodes = documents.filter_map(Result::ok).collect();
        });
        let steps = Steps { patches: &Patches::default(), validate: true, version: None, parallel: false };
        best(&mut check, || {
            let object = |node| Object { is_validated: true, ..Object::untyped(node) };
            let mut objects: Vec<Object<'_>> = nodes.iter_mut().filter(|node| !node.is_null()).map(object).collect();
            std::hint::black_box(finish(&mut objects, &steps));
        });
        best(&mut print, || {
            let mut out = Vec::new();
            for node in &nodes {
                let _ = write(&mut out, node, Style::MANIFEST);
            }
            std::hint::black_box(out);
        });
        best(&mut free, || drop(nodes));
    }
    println!("tree {read:.4}\nvalidation {check:.4}\nprint {print:.4}\nfree {free:.4}");
    Ok(())
}
