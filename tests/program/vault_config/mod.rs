//! The script of `vault-config` against a Vault: a stand-in for its HTTP API, and the real one where it is installed.
//!
//! The script calls the `vault` command. `stand_in.rs` is a program for it (an example of this crate, as `cargo test`
//! builds those), so that the tests need nothing installed. Where there is a real `bao` or `vault` (in the directory that
//! `MKMANIFESTS_PEERS` names, or on `PATH`), the same scenarios run once more with it, and others against a server of its
//! own in dev mode.

/// A test for each scenario, which runs with every `vault` command there is.
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

mod alike;
mod api;
mod engines;
mod failures;
mod real;
mod run;
mod scenarios;
mod server;
