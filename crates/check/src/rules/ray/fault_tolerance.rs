//! Fault tolerance of the GCS, the control store of Ray: with Redis, or with the embedded store on a volume of the head.

use mkmanifests_kuberay::names::{GCS_STORAGE_MOUNT_PATH, annotation, env, volume};
use mkmanifests_kuberay::{GcsEmbeddedStorage, GcsFaultToleranceOptions, RayClusterSpec, RedisCredential};

use super::super::amount::Amount;
use super::super::claim;
use super::super::common::{list, text};
use super::cluster::ClusterContext;
use super::read::{self, Group};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

/// The first container of the head, below the path of the cluster's spec.
const HEAD_CONTAINERS: &str = "headGroupSpec.template.spec.containers";

/// Returns whether the cluster uses the embedded store.
pub(super) fn is_embedded(spec: &RayClusterSpec) -> bool {
    spec.gcs_fault_tolerance_options.as_ref().is_some_and(|options| text(&options.backend) == "rocksdb")
}

/// Validates what concerns fault tolerance; `at` is the path of the cluster's spec.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec, context: &ClusterContext<'_>) {
    redis_username(report, at, spec);
    let Some(options) = &spec.gcs_fault_tolerance_options else {
        return redis_address(report, &at.field(HEAD_CONTAINERS), spec, context);
    };
    fault_tolerance_annotations(report, context);
    redis_settings(report, at, spec);
    let at_options = at.field("gcsFaultToleranceOptions");
    fault_tolerance_backend(report, &at_options.field("backend"), options);
    match text(&options.backend) {
        "" | "redis" => redis(report, &at_options, options),
        "rocksdb" => embedded(report, at, spec, options),
        _ => {}
    }
    if let Some(deletion) = options.storage.as_ref().and_then(|storage| storage.deletion_policy.as_deref()) {
        storage_deletion_policy(report, &at_options.field("storage.deletionPolicy"), deletion);
    }
}

/// Validates the settings of Redis; `at` is the path of the options.
fn redis(report: &mut Report<'_>, at: &Path<'_>, options: &GcsFaultToleranceOptions) {
    for (field, credential) in [("redisUsername", &options.redis_username), ("redisPassword", &options.redis_password)]
    {
        redis_credential(report, &at.field(field), credential.as_ref());
    }
    no_storage_with_redis(report, &at.field("storage"), options);
}

/// Validates the settings of the embedded store; `at` is the path of the cluster's spec.
fn embedded(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec, options: &GcsFaultToleranceOptions) {
    let at_options = at.field("gcsFaultToleranceOptions");
    no_redis_with_rocksdb(report, &at_options, options);
    if let Some(storage) = &options.storage {
        let at = at_options.field("storage");
        if text(&storage.claim_name).is_empty() {
            storage_volume(report, &at, storage);
        } else {
            storage_claim(report, &at, storage);
        }
    }
    no_store_in_head(report, &at.field("headGroupSpec.template.spec"), spec);
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// `gcsFaultToleranceOptions.backend` must be `redis` (the default) or `rocksdb`.
    ///
    /// Example: `spec: {gcsFaultToleranceOptions: {backend: etcd}}`
    ///
    /// Source: `GcsFaultToleranceBackend`, ray-operator/apis/ray/v1/raycluster_types.go
    fn fault_tolerance_backend(report: &mut Report<'_>, at: &Path<'_>, options: &GcsFaultToleranceOptions) {
        if let Some(backend) = &options.backend {
            report.one_of(at, backend, &["redis", "rocksdb"]);
        }
    },

    /// With `gcsFaultToleranceOptions`, the annotations `ray.io/ft-enabled` and `ray.io/external-storage-namespace` may
    /// not be set.
    ///
    /// Example: `metadata: {annotations: {ray.io/ft-enabled: "true"}}, spec: {gcsFaultToleranceOptions: {redisAddress: "redis:6379"}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn fault_tolerance_annotations(report: &mut Report<'_>, context: &ClusterContext<'_>) {
        let at = Path::ROOT.field("metadata.annotations");
        for (key, instead) in [
            (annotation::FT_ENABLED, "`gcsFaultToleranceOptions` already turns on fault tolerance"),
            (annotation::EXTERNAL_STORAGE_NAMESPACE, "use `gcsFaultToleranceOptions.externalStorageNamespace`"),
        ] {
            if read::annotation(context.annotations, key).is_some() {
                report.forbidden(&at.key(key), instead);
            }
        }
    },

    /// The head may not set the variable `RAY_REDIS_ADDRESS` without `gcsFaultToleranceOptions` (or the annotation
    /// `ray.io/ft-enabled: "true"`).
    ///
    /// Example: `spec: {headGroupSpec: {template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:2.60.0", env: [{name: RAY_REDIS_ADDRESS, value: "redis:6379"}]}]}}}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn redis_address(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec, context: &ClusterContext<'_>) {
        let enabled = read::annotation(context.annotations, annotation::FT_ENABLED);
        if enabled.is_some_and(|value| value.to_lowercase() == "true") {
            return;
        }
        if let Some((index, _)) = read::head_variable(spec, env::RAY_REDIS_ADDRESS) {
            report.error_with_help(
                &at.index(0).field("env").index(index),
                format_args!("`RAY_REDIS_ADDRESS` turns on fault tolerance, but `gcsFaultToleranceOptions` is not set"),
                "set `gcsFaultToleranceOptions.redisAddress` instead",
            );
        }
    },

    /// With `gcsFaultToleranceOptions`, the head may not set `redis-password` in `rayStartParams`, nor the variables
    /// `REDIS_PASSWORD` and `RAY_REDIS_ADDRESS`.
    ///
    /// Example: `spec: {gcsFaultToleranceOptions: {redisAddress: "redis:6379"}, headGroupSpec: {rayStartParams: {redis-password: $REDIS_PASSWORD}}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn redis_settings(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
        if Group::head(spec).start_param("redis-password").is_some() {
            let at = at.field("headGroupSpec.rayStartParams");
            report.forbidden(&at.key("redis-password"), "use `gcsFaultToleranceOptions.redisPassword`");
        }
        let at = at.field(HEAD_CONTAINERS);
        for (name, field) in [(env::REDIS_PASSWORD, "redisPassword"), (env::RAY_REDIS_ADDRESS, "redisAddress")] {
            if let Some((index, _)) = read::head_variable(spec, name) {
                let why = format_args!("use `gcsFaultToleranceOptions.{field}` instead of the variable `{name}`");
                report.forbidden(&at.index(0).field("env").index(index), why);
            }
        }
    },

    /// The user name for Redis must be in `gcsFaultToleranceOptions.redisUsername`, not in `rayStartParams` or in the
    /// variable `REDIS_USERNAME` of the head.
    ///
    /// Example: `spec: {headGroupSpec: {rayStartParams: {redis-username: ray}}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn redis_username(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
        let why = "use `gcsFaultToleranceOptions.redisUsername`";
        if Group::head(spec).start_param("redis-username").is_some() {
            report.forbidden(&at.field("headGroupSpec.rayStartParams").key("redis-username"), why);
        }
        if let Some((index, _)) = read::head_variable(spec, env::REDIS_USERNAME) {
            report.forbidden(&at.field(HEAD_CONTAINERS).index(0).field("env").index(index), why);
        }
    },

    /// `redisUsername` and `redisPassword` must have either `value` or `valueFrom`.
    ///
    /// Example: `spec: {gcsFaultToleranceOptions: {redisPassword: {value: a, valueFrom: {secretKeyRef: {name: redis, key: password}}}}}`
    ///
    /// Source: `configureRedisFT`, ray-operator/controllers/ray/common/pod.go; `validateEnvVarValueFrom`, pkg/apis/core/validation/validation.go
    fn redis_credential(report: &mut Report<'_>, at: &Path<'_>, credential: Option<&RedisCredential>) {
        let Some(credential) = credential else { return };
        if !text(&credential.value).is_empty() && credential.value_from.is_some() {
            report.error(at, "`value` and `valueFrom` are mutually exclusive");
        }
    },

    /// `gcsFaultToleranceOptions.storage` may only be set with `backend: rocksdb`.
    ///
    /// Example: `spec: {gcsFaultToleranceOptions: {redisAddress: "redis:6379", storage: {size: 1Gi}}}`
    ///
    /// Source: `validateGcsFaultToleranceBackend`, ray-operator/controllers/ray/utils/validation.go
    fn no_storage_with_redis(report: &mut Report<'_>, at: &Path<'_>, options: &GcsFaultToleranceOptions) {
        if options.storage.is_some() {
            report.forbidden(at, "only `backend: rocksdb` stores data on a volume");
        }
    },

    /// With `backend: rocksdb`, `redisAddress`, `redisUsername`, `redisPassword` and `externalStorageNamespace` may not
    /// be set.
    ///
    /// Example: `spec: {gcsFaultToleranceOptions: {backend: rocksdb, redisAddress: "redis:6379"}}`
    ///
    /// Source: `validateGcsFaultToleranceBackend`, ray-operator/controllers/ray/utils/validation.go
    fn no_redis_with_rocksdb(report: &mut Report<'_>, at: &Path<'_>, options: &GcsFaultToleranceOptions) {
        for (field, is_set) in [
            ("redisAddress", !text(&options.redis_address).is_empty()),
            ("redisUsername", options.redis_username.is_some()),
            ("redisPassword", options.redis_password.is_some()),
            ("externalStorageNamespace", !text(&options.external_storage_namespace).is_empty()),
        ] {
            if is_set {
                report.forbidden(&at.field(field), "it is for `backend: redis`, and `backend` is `rocksdb`");
            }
        }
    },

    /// With `storage.claimName`, which names an existing claim, `size`, `storageClassName` and `accessModes` may not be
    /// set.
    ///
    /// Example: `spec: {gcsFaultToleranceOptions: {backend: rocksdb, storage: {claimName: gcs, size: 1Gi}}}`
    ///
    /// Source: `validateGcsFaultToleranceBackend`, ray-operator/controllers/ray/utils/validation.go
    fn storage_claim(report: &mut Report<'_>, at: &Path<'_>, storage: &GcsEmbeddedStorage) {
        for (field, is_set) in [
            ("size", storage.size.is_some()),
            ("storageClassName", storage.storage_class_name.is_some()),
            ("accessModes", !list(&storage.access_modes).is_empty()),
        ] {
            if is_set {
                report.forbidden(&at.field(field), "the claim that `claimName` names already exists");
            }
        }
    },

    /// The claim that the operator creates from `storage` must be valid: `size` greater than 0, `storageClassName` a DNS
    /// subdomain, `accessModes` as in a PersistentVolumeClaim.
    ///
    /// Example: `spec: {gcsFaultToleranceOptions: {backend: rocksdb, storage: {size: "0"}}}`
    ///
    /// Source: `BuildGCSStoragePVC`, ray-operator/controllers/ray/common/gcs_ft.go; `ValidatePersistentVolumeClaimSpec`, pkg/apis/core/validation/validation.go
    fn storage_volume(report: &mut Report<'_>, at: &Path<'_>, storage: &GcsEmbeddedStorage) {
        if let Some(size) = storage.size.as_ref().filter(|size| Amount::of(size).milli <= 0) {
            report.error(&at.field("size"), format_args!("must be greater than 0, found {:?}", size.0));
        }
        if let Some(class) = storage.storage_class_name.as_deref().filter(|class| !class.is_empty()) {
            report.require(&at.field("storageClassName"), dns_subdomain(class));
        }
        if !list(&storage.access_modes).is_empty() {
            claim::access_modes(report, &at.field("accessModes"), list(&storage.access_modes));
        }
    },

    /// `storage.deletionPolicy` must be `DeleteWithCluster` (the default) or `Retain`.
    ///
    /// Example: `spec: {gcsFaultToleranceOptions: {backend: rocksdb, storage: {deletionPolicy: Keep}}}`
    ///
    /// Source: `GCSStorageDeletionPolicy`, ray-operator/apis/ray/v1/raycluster_types.go
    fn storage_deletion_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["DeleteWithCluster", "Retain"]);
    },

    /// With `backend: rocksdb`, the head may not set what the operator adds for the store: the variables
    /// `RAY_gcs_storage` and `RAY_gcs_storage_path`, and a volume or mount `gcs-storage` or a mount at `/data/gcs`.
    ///
    /// Example: `spec: {gcsFaultToleranceOptions: {backend: rocksdb}, headGroupSpec: {template: {spec: {volumes: [{name: gcs-storage, emptyDir: {}}]}}}}`
    ///
    /// Source: `validateGcsFaultToleranceBackend`, ray-operator/controllers/ray/utils/validation.go
    fn no_store_in_head(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
        let at_containers = at.field("containers");
        let at_container = at_containers.index(0);
        let why = "the operator adds the store to the head; remove it here";
        for name in [env::GCS_STORAGE, env::GCS_STORAGE_PATH] {
            if let Some((index, _)) = read::head_variable(spec, name) {
                report.forbidden(&at_container.field("env").index(index), why);
            }
        }
        let mounts = read::head_container(spec).map(|container| list(&container.volume_mounts)).unwrap_or_default();
        for (index, mount) in mounts.iter().enumerate() {
            if mount.name == volume::GCS_STORAGE || mount.mount_path == GCS_STORAGE_MOUNT_PATH {
                report.forbidden(&at_container.field("volumeMounts").index(index), why);
            }
        }
        let pod = spec.head_group_spec.template.spec.as_ref();
        let volumes = pod.map(|pod| list(&pod.volumes)).unwrap_or_default();
        for (index, _) in volumes.iter().enumerate().filter(|(_, each)| each.name == volume::GCS_STORAGE) {
            report.forbidden(&at.field("volumes").index(index), why);
        }
    }
);
