//! Pulls from a well-behaved registry: versions, digests, media types.

use mkmanifests_fetch::oci;
use serde_json::json;

use super::{Content, INDEX, MANIFEST, masked, one_chart, pull, resolve, text};
use crate::support::server::{Server, respond};

const LEGACY: &[u8] = b"legacy archive";

#[test]
fn charts_are_pulled_by_tag_and_digest() {
    let mut content = Content::default();
    let manifest = content.chart("1.0.0_b.1", &[(oci::CHART, b"archive"), (oci::PROVENANCE, b"signature")]);
    let server = content.serve();
    let digest = text(&manifest, "digest");
    for (rest, shown) in [
        (":1.0.0+b.1".to_owned(), ":1.0.0_b.1".to_owned()),
        (":1.0.0_b.1".to_owned(), ":1.0.0_b.1".to_owned()),
        (format!("@{digest}"), format!("@{digest}")),
        (format!(":other@{digest}"), format!("@{digest}")),
    ] {
        let pulled = pull(&server, &rest).expect(&rest);
        assert_eq!(masked(&server, &pulled.origin.reference), format!("HOST/charts/c{shown}"));
        assert_eq!((pulled.origin.digest, pulled.archive), (digest.clone(), b"archive".to_vec()));
        assert_eq!((pulled.provenance, pulled.origin.is_legacy), (Some(b"signature".to_vec()), false));
    }
    assert_eq!(pull(&server, ":2.0.0").unwrap_err(), {
        "failed to perform \"FetchReference\" on source: HOST/charts/c:2.0.0: not found"
    });
    assert_eq!(pull(&server, "").unwrap_err(), {
        "invalid reference: invalid digest \"\": invalid checksum digest format"
    });
}

#[test]
fn older_archives_and_missing_provenance_are_accepted() {
    let mut content = Content::default();
    content.chart("0.1.0", &[(oci::LEGACY_CHART, LEGACY), ("application/unknown", b"ignored")]);
    let server = content.serve();
    let pulled = pull(&server, ":0.1.0").expect("a chart");
    assert_eq!((pulled.archive, pulled.provenance, pulled.origin.is_legacy), (LEGACY.to_vec(), None, true));
    assert!(!server.log().iter().any(|line| line.contains(&super::digest(b"ignored"))), "{:?}", server.log());
}

#[test]
fn an_index_leads_to_the_chart() {
    let mut content = Content::default();
    let chart = content.chart("0.1.0", &[(oci::CHART, b"archive")]);
    let other = content.manifest("other", MANIFEST, &json!({"layers": null, "config": {"mediaType": "x"}}));
    let nested = content.manifest("nested", INDEX, &json!({"manifests": [chart]}));
    let index = content.manifest("0.2.0", INDEX, &json!({"manifests": [other, nested]}));
    let pulled = pull(&content.serve(), ":0.2.0").expect("a chart");
    assert_eq!((pulled.archive, pulled.origin.digest), (b"archive".to_vec(), text(&index, "digest")));
}

#[test]
fn manifests_without_a_chart_are_refused_in_helms_words() {
    let prefix = "manifest does not contain";
    let config = |content: &mut Content| content.blob(oci::CONFIG, b"{}");
    let layer = |content: &mut Content| content.blob(oci::CHART, b"archive");
    let image = |content: &mut Content| content.blob("application/vnd.oci.image.config.v1+json", b"{}");

    let mut content = Content::default();
    let (config, layer, image) = (config(&mut content), layer(&mut content), image(&mut content));
    let docker = "application/vnd.docker.distribution.manifest.v2+json";
    content.manifest("image", MANIFEST, &json!({"config": image, "layers": []}));
    content.manifest("configless", MANIFEST, &json!({"config": image, "layers": [layer]}));
    content.manifest("layerless", MANIFEST, &json!({"config": config, "layers": []}));
    let docker = content.manifest("docker", docker, &json!({"config": config, "layers": [layer]}));
    content.manifest("page", "text/html", &json!({}));
    let server = content.serve();
    let few = |found| format!("{prefix} minimum number of descriptors (2), descriptors found: {found}");
    let docker = text(&docker, "digest");
    for (tag, expected) in [
        ("image", few(1)),
        ("page", few(0)),
        ("configless", format!("could not load config with mediatype {}", oci::CONFIG)),
        ("layerless", format!("{prefix} a layer with mediatype {}", oci::CHART)),
        ("docker", format!("unable to retrieve blob with digest {docker}: {docker}: not found")),
    ] {
        assert_eq!(pull(&server, &format!(":{tag}")).unwrap_err(), expected, "{tag}");
    }
}

/// A registry whose list of tags has two pages.
fn tags() -> Server {
    Server::new(|request, stream| match &*request.target {
        "/v2/charts/c/tags/list" => {
            let link = "Link: </v2/charts/c/tags/list?last=0.2.0>; rel=\"next\"";
            respond(stream, "200 OK", &[link], br#"{"tags": ["0.1.0", "latest", "v9.0.0", "0.2.0"]}"#);
        }
        "/v2/charts/c/tags/list?last=0.2.0" => {
            respond(stream, "200 OK", &[], br#"{"tags": ["1.0.0_b.1", "2.0.0-beta", "0.10.0"]}"#);
        }
        "/v2/charts/none/tags/list" => respond(stream, "200 OK", &[], br#"{"tags": null}"#),
        _ => respond(stream, "404 Not Found", &[], b""),
    })
}

#[test]
fn versions_are_selected_from_the_tags() {
    let server = tags();
    for (version, expected) in [
        ("", "oci://HOST/charts/c:1.0.0+b.1"),
        ("^0.1", "oci://HOST/charts/c:0.1.0"),
        (">0.1.0 <1", "oci://HOST/charts/c:0.10.0"),
        (">0.0.0-0", "oci://HOST/charts/c:2.0.0-beta"),
        (">=9", "could not locate a version matching provided version string >=9"),
        ("x y", "improper constraint: \"x y\""),
    ] {
        assert_eq!(resolve(&server, "", version).unwrap_or_else(|error| error), expected, "{version}");
    }
}

#[test]
fn exact_versions_are_not_looked_up() {
    let server = tags();
    let digest = format!("sha256:{}", "0".repeat(64));
    for (rest, version, expected) in [
        ("", "9.9.9", "oci://HOST/charts/c:9.9.9"),
        ("", "1.0.0+b.1", "oci://HOST/charts/c:1.0.0+b.1"),
        (":0.1", "", "oci://HOST/charts/c:0.1"),
        (":0.1.0", "0.1.0", "oci://HOST/charts/c:0.1.0"),
        (":0.1.0", "0.2.0", "chart reference and version mismatch: 0.2.0 is not 0.1.0"),
        (":1.0.0+b.1", "1.0.0+b.1", "chart reference and version mismatch: 1.0.0+b.1 is not 1.0.0_b.1"),
        (":1.0.0+b.1", "", "invalid reference: invalid tag \"1.0.0+b.1\""),
        ("@sha256:abc", "", "invalid reference: invalid digest \"sha256:abc\": invalid checksum digest length"),
        ("/Upper", "", "invalid reference: invalid repository \"charts/c/Upper\""),
    ] {
        assert_eq!(resolve(&server, rest, version).unwrap_or_else(|error| error), expected, "{rest} {version}");
    }
    assert_eq!(resolve(&server, &format!("@{digest}"), "").unwrap(), format!("oci://HOST/charts/c@{digest}"));
    assert!(server.log().is_empty());
    assert_eq!(
        resolve(&server, "/../none", "").unwrap_err(),
        "invalid reference: invalid repository \"charts/c/../none\""
    );
}

#[test]
fn a_tag_and_a_digest_have_to_agree() {
    let digest = super::digest(one_chart().0["/v2/charts/c/manifests/0.1.0"].1.as_slice());
    let stated = digest.clone();
    let server = Server::new(move |request, stream| match &*request.target {
        "/v2/charts/c/manifests/0.1.0" => {
            respond(stream, "200 OK", &[&format!("Docker-Content-Digest: {stated}")], b"");
        }
        _ => respond(stream, "404 Not Found", &[], b""),
    });
    let other = format!("sha256:{}", "0".repeat(64));
    let expected = format!("oci://HOST/charts/c@{digest}");
    assert_eq!(resolve(&server, &format!(":0.1.0@{digest}"), "").unwrap(), expected);
    assert_eq!(resolve(&server, &format!("@{digest}"), "0.1.0").unwrap(), expected);
    assert_eq!(
        resolve(&server, &format!(":0.1.0@{other}"), "").unwrap_err(),
        format!("chart reference digest mismatch: {digest} is not {other}")
    );
    // As in Helm, a tag that does not exist does not matter beside a digest.
    assert!(resolve(&server, &format!(":9.9.9@{other}"), "").is_ok());
}

#[test]
fn archives_have_helms_names() {
    assert_eq!(oci::file_name("oci://example.com/charts/c:1.0.0+b.1"), "c-1.0.0+b.1.tgz");
    assert_eq!(oci::file_name("oci://example.com/charts/c@sha256:abc"), "c@sha256-abc.tgz");
}
