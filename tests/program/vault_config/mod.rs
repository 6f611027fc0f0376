//! Runs the script of `vault-config` against a stand-in for Vault's HTTP API, and against a real server if one is
//! installed.
//!
//! The script calls the `vault` command. `stand_in.rs` is a program that replaces it (an example of this crate, because
//! `cargo test` builds examples), so that the tests need nothing installed. If there is a real `bao` or `vault` (in the
//! folder that `MKMANIFESTS_PEERS` names, or on `PATH`), the same scenarios also run with it, and other tests run it
//! against its own server in dev mode.

/// Defines a test for each scenario, which runs it with every available `vault` command.
macro_rules! tests {
    ($($name:ident: $scenario:ident,)*) => {
        $(
            #[test]
            fn $name() {
                for client in clients() {
                    println!("{}", client.name);
                    $scenario(&client);
                }
            }
        )*
    };
}

mod api;
mod engines;
mod failures;
mod real;
mod run;
mod scenarios;
mod server;
mod stand_in_parity;
