//! The script of `vault-config` against a Vault: a stand-in for its HTTP API, and the real one where it is installed.
//!
//! The script calls the `vault` command. This program is a stand-in for that too, when it is called by that name, so that
//! the tests need nothing installed. Where there is a real `bao` or `vault` (in the directory that `MKMANIFESTS_PEERS`
//! names, or on `PATH`), the same scenarios run once more with it, and others against a server of its own in dev mode.

mod api;
mod cli;
#[path = "../common/mod.rs"]
mod common;
mod engines;
mod real;
mod run;
mod scenarios;
mod server;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A test: its name and body.
type Test = (String, Box<dyn Fn() + Send + Sync>);

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let called = args.first().map(|name| Path::new(name).file_name().unwrap_or_default().to_owned());
    if called.is_some_and(|name| name == "vault") {
        std::process::exit(cli::run(&args[1..]));
    }
    let filters: Vec<&String> = args.iter().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |name: &str| filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()));
    let tests: Vec<Test> = tests().into_iter().filter(|(name, _)| wanted(name)).collect();
    println!("\nrunning {} tests", tests.len());
    let failed = run_all(&tests);
    let result = if failed == 0 { "ok" } else { "FAILED" };
    println!("\ntest result: {result}. {} passed; {failed} failed; 0 ignored\n", tests.len() - failed);
    std::process::exit(i32::from(failed > 0));
}

/// Runs the tests, as many at a time as there are processors, and counts those that fail.
fn run_all(tests: &[Test]) -> usize {
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while let Some((name, body)) = tests.get(next.fetch_add(1, Ordering::Relaxed)) {
            let passed = catch_unwind(AssertUnwindSafe(body)).is_ok();
            println!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
            failed.fetch_add(usize::from(!passed), Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        (0..workers).for_each(|_| drop(scope.spawn(work)));
    });
    failed.into_inner()
}

fn tests() -> Vec<Test> {
    let mut tests: Vec<Test> = Vec::new();
    for (name, body) in real::ALL {
        tests.push(((*name).to_owned(), Box::new(body)));
    }
    for client in run::clients() {
        for (name, body) in scenarios::ALL {
            let client = client.clone();
            tests.push((format!("{name} [{}]", client.name), Box::new(move || body(&client))));
        }
        if client.name == "stand-in" {
            tests.push(("every_shell_does_the_same".to_owned(), Box::new(move || scenarios::every_shell(&client))));
        }
    }
    tests
}
