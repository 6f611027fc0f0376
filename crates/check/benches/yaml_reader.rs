//! Reads YAML with mkmanifests-yaml, validates the objects, and prints them. Prints the CPU time of the best run of each step,
//! in ms; bench/yaml-readers/run measures other readers beside it.

use std::error::Error;

use mkmanifests_check::patch::Patches;
use mkmanifests_check::pipeline::{Object, Steps, finish};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use mkmanifests_yaml::tree::write::{Style, write};

/// Returns the CPU time of this process, which has one thread, in ms.
fn now() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/schedstat")?;
    Ok(stat.split(' ').next().unwrap_or_default().parse::<f64>()? / 1e6)
}

fn best(least: &mut f64, work: impl FnOnce()) -> Result<(), Box<dyn Error>> {
    let began = now()?;
    work();
    *least = least.min(now()? - began);
    Ok(())
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
        })?;
        let steps = Steps { patches: &Patches::default(), validate: true, version: None, parallel: false };
        best(&mut check, || {
            let object = |node| Object { is_validated: true, ..Object::untyped(node) };
            let mut objects: Vec<Object<'_>> = nodes.iter_mut().filter(|node| !node.is_null()).map(object).collect();
            std::hint::black_box(finish(&mut objects, &steps));
        })?;
        best(&mut print, || {
            let mut out = Vec::new();
            for node in &nodes {
                let _ = write(&mut out, node, Style::MANIFEST);
            }
            std::hint::black_box(out);
        })?;
        best(&mut free, || drop(nodes))?;
    }
    println!("tree {read:.2}\nvalidation {check:.2}\nprint {print:.2}\nfree {free:.2}");
    Ok(())
}
