//! Tests properties of functions with random results, and certificates with openssl.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use mkmanifests_gotmpl::environment::{Clock, Environment, Randomness};
use mkmanifests_gotmpl::{Functions, Templates, Value, parse_trees, sprig};
use proptest::prelude::*;

/// All functions, with that randomness.
fn functions(randomness: Randomness) -> Arc<Templates> {
    in_environment(Environment { randomness, ..Environment::default() })
}

fn in_environment(environment: Environment) -> Arc<Templates> {
    let mut functions = Functions::new();
    functions.extend(sprig::functions());
    let mut templates = Templates::new(Arc::new(functions));
    templates.environment = environment;
    Arc::new(templates)
}

fn text(functions: &Arc<Templates>, name: &str, args: &[Value]) -> String {
    functions.call(name, args).expect("a value").as_str().expect("a text").to_string()
}

/// A field of a certificate.
fn field(certificate: &Value, name: &str) -> String {
    let Value::Object(object) = certificate else { panic!("no certificate: {certificate:?}") };
    object.field(name).expect("a field").as_str().expect("a text").to_string()
}

type Alphabet = fn(char) -> bool;

proptest! {
    #[test]
    fn texts_have_their_length_and_alphabet(length in 0_i64..200, seed in any::<Option<u64>>()) {
        let randomness = seed.map_or_else(Randomness::system, |seed| Randomness::seeded(seed.to_string()));
        let functions = functions(randomness);
        let alphabets: [(&str, Alphabet); 4] = [
            ("randAlpha", |char| char.is_ascii_alphabetic()),
            ("randAlphaNum", |char| char.is_ascii_alphanumeric()),
            ("randNumeric", |char| char.is_ascii_digit()),
            ("randAscii", |char| (' '..='~').contains(&char)),
        ];
        for (name, alphabet) in alphabets {
            let text = text(&functions, name, &[Value::int(length)]);
            prop_assert_eq!(text.len() as i64, length);
            prop_assert!(text.chars().all(alphabet), "{}: {}", name, text);
        }
    }

    #[test]
    fn numbers_are_in_their_range(min in -1000_i64..1000, span in 1_i64..1000) {
        let number = functions(Randomness::system()).call("randInt", &[Value::int(min), Value::int(min + span)]);
        let number = number.expect("a number").as_int().expect("a number");
        prop_assert!((min..min + span).contains(&number));
    }

    #[test]
    fn shuffling_keeps_the_characters(given in "\\PC{0,40}") {
        let shuffled = text(&functions(Randomness::system()), "shuffle", &[given.as_str().into()]);
        let sorted = |text: &str| { let mut chars: Vec<char> = text.chars().collect(); chars.sort_unstable(); chars };
        prop_assert_eq!(sorted(&shuffled), sorted(&given));
    }

    #[test]
    fn what_is_encrypted_can_be_decrypted(password in "\\PC{0,40}", given in "\\PC{0,60}") {
        let functions = functions(Randomness::system());
        let encrypted = text(&functions, "encryptAES", &[password.as_str().into(), given.as_str().into()]);
        prop_assert_eq!(text(&functions, "decryptAES", &[password.as_str().into(), encrypted.into()]), given);
    }
}

#[test]
fn a_seed_gives_the_same_each_time_and_others_something_else() {
    let draw = |seed: &str, template: &str| {
        let randomness = Randomness::seeded(seed);
        let functions = functions(randomness.clone());
        randomness.begin(template);
        let twice: Vec<String> = (0..2).map(|_| text(&functions, "randAlphaNum", &[Value::int(30)])).collect();
        (twice, text(&functions, "uuidv4", &[]), text(&functions, "bcrypt", &["p".into()]))
    };
    assert_eq!(draw("web/prod", "a.yaml"), draw("web/prod", "a.yaml"));
    let all: HashSet<String> =
        [("web/prod", "a.yaml"), ("web/prod", "b.yaml"), ("web/test", "a.yaml"), ("web/proda", ".yaml")]
            .into_iter()
            .flat_map(|(seed, template)| draw(seed, template).0)
            .collect();
    assert_eq!(all.len(), 8, "each seed, template and call gives a different value");
}

#[test]
fn keys_and_certificates_of_a_seed_are_the_same_each_time() {
    let make = || {
        let clock = Clock::fixed(1_700_000_000, 0);
        let functions = in_environment(Environment { clock, ..Environment::reproducible("s") });
        let authority = functions.call("genCA", &["ca".into(), Value::int(1)]).expect("a certificate");
        let keys = ["ecdsa", "ed25519"].map(|kind| text(&functions, "genPrivateKey", &[kind.into()]));
        (field(&authority, "Cert"), field(&authority, "Key"), keys)
    };
    assert_eq!(make(), make());
}

#[test]
fn renderings_of_the_same_trees_have_their_own_time_and_randomness() {
    let functions = {
        let mut functions = Functions::new();
        functions.extend(sprig::functions());
        Arc::new(functions)
    };
    let text =
        "{{ define \"r\" }}{{ randAlphaNum 20 }}{{ end }}{{ template \"r\" }} {{ now | date \"2006\" }} {{ uuidv4 }}";
    let trees = parse_trees(&functions, "t", text).expect("trees");
    let render = |seed: &str, seconds: i64| {
        let mut templates = Templates::new(Arc::clone(&functions));
        templates.environment = Environment { clock: Clock::fixed(seconds, 0), ..Environment::reproducible(seed) };
        templates.add(&trees);
        String::from_utf8(Arc::new(templates).render("t", Value::Nil).expect("a text")).expect("a text")
    };
    let (first, second) = (render("a", 0), render("b", 1_700_000_000));
    assert!(first.contains(" 1970 ") && second.contains(" 2023 "), "{first}, {second}");
    let words: HashSet<&str> = first.split(' ').chain(second.split(' ')).collect();
    assert_eq!(words.len(), 6, "{first}, {second}");
    assert_eq!((render("a", 0), render("b", 1_700_000_000)), (first.clone(), second));
}

fn openssl(openssl: &Path, args: &[&str], folder: &Path) -> String {
    let out = Command::new(openssl).args(args).current_dir(folder).output().expect("openssl runs");
    assert!(out.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[test]
fn openssl_verifies_the_certificates() {
    let Some(program) = mkmanifests_testing::program("openssl") else { return };
    let functions = functions(Randomness::system());
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    let addresses = || Value::list(["10.0.0.1", "fd00::1"].map(Value::from));
    let names = || Value::list(["web.example.com", "*.example.com"].map(Value::from));
    for kind in ["rsa 2048", "ecdsa", "ed25519"] {
        let authority = match kind {
            "rsa 2048" => functions.call("genCA", &["my ca".into(), Value::int(30)]),
            kind => {
                let key = text(&functions, "genPrivateKey", &[kind.into()]);
                functions.call("genCAWithKey", &["my ca".into(), Value::int(30), key.into()])
            }
        };
        let authority = authority.expect("an authority");
        let args = ["web".into(), addresses(), names(), Value::int(7), authority.clone()];
        let signed = functions.call("genSignedCert", &args).expect("a certificate");
        write("ca.pem", &field(&authority, "Cert"));
        write("ca.key", &field(&authority, "Key"));
        write("web.pem", &field(&signed, "Cert"));
        write("web.key", &field(&signed, "Key"));
        let verified = openssl(&program, &["verify", "-x509_strict", "-CAfile", "ca.pem", "web.pem"], folder.path());
        assert_eq!(verified, "web.pem: OK\n");
        let shown = openssl(&program, &["x509", "-in", "web.pem", "-noout", "-text"], folder.path());
        for part in
            ["DNS:web.example.com", "DNS:*.example.com", "IP Address:10.0.0.1", "FD00:0:0:0:0:0:0:1", "CA:FALSE"]
        {
            assert!(shown.contains(part), "{part} is missing in {shown}");
        }
        let key = |name: &str| openssl(&program, &["pkey", "-in", name, "-pubout"], folder.path());
        let of_cert = |name: &str| openssl(&program, &["x509", "-in", name, "-noout", "-pubkey"], folder.path());
        assert_eq!((key("ca.key"), key("web.key")), (of_cert("ca.pem"), of_cert("web.pem")));
    }
    let own = functions.call("genSelfSignedCert", &["".into(), addresses(), names(), Value::int(7)]).expect("one");
    write("own.pem", &field(&own, "Cert"));
    openssl(&program, &["verify", "-CAfile", "own.pem", "own.pem"], folder.path());
}
