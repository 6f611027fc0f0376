//! The program as a whole: its command line, components, template folders and fleets.

mod autoscaler_parity;
mod callers;
mod check;
mod cli;
mod codes;
mod component_empties;
mod fetch;
mod fuzz_seeds;
mod gitops;
mod golden;
mod growth;
mod helm_cases;
mod helm_packing;
mod helm_pull;
mod helm_registry;
mod helm_repositories;
mod kubectl;
mod prose;
mod ray_cluster;
mod readme;
mod schema;
mod seed;
mod template;
mod unused_random;
mod vault_config;
mod vault_text;
