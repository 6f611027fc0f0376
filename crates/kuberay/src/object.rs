//! What the four kinds share: `apiVersion` and `kind`, which their types do not store.

use k8s_openapi::api::core::v1::{Service, ServiceSpec, ServiceStatus};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Deserialize, Serialize, Serializer};

/// An object as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Read<Spec, Status> {
    pub(crate) api_version: Option<String>,
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) metadata: ObjectMeta,
    #[serde(default = "Option::default")]
    pub(crate) spec: Option<Spec>,
    #[serde(default = "Option::default")]
    pub(crate) status: Option<Status>,
}

/// An object as it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Written<'a, Spec, Status> {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) metadata: &'a ObjectMeta,
    pub(crate) spec: &'a Spec,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: &'a Option<Status>,
}

/// Returns an error if an object has another `apiVersion` or `kind`.
pub(crate) fn expect<E: serde::de::Error>(found: Option<String>, expected: &'static str) -> Result<(), E> {
    match found {
        Some(found) if found != expected => Err(E::invalid_value(serde::de::Unexpected::Str(&found), &expected)),
        _ => Ok(()),
    }
}

/// Implements `Resource`, `Metadata`, `Serialize` and `Deserialize` for a kind.
macro_rules! kind {
    ($kind:ident, $list:literal, $plural:literal, $spec:ty, $status:ty) => {
        impl k8s_openapi::Resource for $kind {
            const API_VERSION: &'static str = crate::API_VERSION;
            const GROUP: &'static str = crate::GROUP;
            const KIND: &'static str = stringify!($kind);
            const VERSION: &'static str = crate::VERSION;
            const URL_PATH_SEGMENT: &'static str = $plural;
            type Scope = k8s_openapi::NamespaceResourceScope;
        }

        impl k8s_openapi::ListableResource for $kind {
            const LIST_KIND: &'static str = $list;
        }

        impl k8s_openapi::Metadata for $kind {
            type Ty = k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

            fn metadata(&self) -> &Self::Ty {
                &self.metadata
            }

            fn metadata_mut(&mut self) -> &mut Self::Ty {
                &mut self.metadata
            }
        }

        impl<'de> serde::Deserialize<'de> for $kind {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read = crate::object::Read::<$spec, $status>::deserialize(deserializer)?;
                crate::object::expect(read.api_version, <Self as k8s_openapi::Resource>::API_VERSION)?;
                crate::object::expect(read.kind, <Self as k8s_openapi::Resource>::KIND)?;
                let spec = read.spec.unwrap_or_default();
                Ok($kind { metadata: read.metadata, spec, status: read.status })
            }
        }

        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let written = crate::object::Written {
                    api_version: <Self as k8s_openapi::Resource>::API_VERSION,
                    kind: <Self as k8s_openapi::Resource>::KIND,
                    metadata: &self.metadata,
                    spec: &self.spec,
                    status: &self.status,
                };
                serde::Serialize::serialize(&written, serializer)
            }
        }
    };
}

pub(crate) use kind;

/// Serializes a Service inside another object without the `apiVersion` and `kind` that k8s-openapi writes, since manifests
/// do not have them there.
pub(crate) fn embedded_service<S: Serializer>(service: &Option<Service>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Embedded<'a> {
        #[serde(skip_serializing_if = "is_default")]
        metadata: &'a ObjectMeta,
        #[serde(skip_serializing_if = "Option::is_none")]
        spec: &'a Option<ServiceSpec>,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: &'a Option<ServiceStatus>,
    }

    fn is_default(metadata: &&ObjectMeta) -> bool {
        **metadata == ObjectMeta::default()
    }

    let embedded = service.as_ref().map(|service| Embedded {
        metadata: &service.metadata,
        spec: &service.spec,
        status: &service.status,
    });
    embedded.serialize(serializer)
}
