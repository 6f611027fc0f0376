//! The program as a whole: its command line, components, template folders and fleets.
//!
//! Modules for Unix need its shell, links, permissions or the real programs.

mod autoscaler_parity;
#[cfg(unix)]
mod callers;
mod chart_test;
mod chart_test_runs;
#[cfg(unix)]
mod chart_test_watch;
mod check;
mod cli;
mod codes;
mod component_empties;
mod fetch;
mod fuzz_seeds;
mod gitops;
mod golden;
#[cfg(unix)]
mod growth;
#[cfg(unix)]
mod helm;
mod helm_cases;
mod helm_packing;
mod helm_pull;
#[cfg(unix)]
mod helm_registry;
mod helm_repositories;
mod kubectl;
mod kuberay;
#[cfg(unix)]
mod prose;
#[cfg(unix)]
mod ray;
#[cfg(unix)]
mod readme;
mod schema;
mod seed;
mod static_to_operator;
mod suites;
mod template;
#[cfg(target_os = "linux")]
mod unused_random;
#[cfg(unix)]
mod vault_config;
mod vault_text;
