{{- define "ray.name" -}}
{{ .Values.clusterName | default .Release.Name }}
{{- end }}

{{- define "ray.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (printf "%s-daft" (include "ray.name" .)) }}
{{- end }}

{{- /* Labels of an object: a list of the root and the part. The same as those of mkmanifests, so that the objects are. */ -}}
{{- define "ray.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/instance: {{ include "ray.name" $root }}
app.kubernetes.io/managed-by: mkmanifests
app.kubernetes.io/name: {{ $root.Chart.Name }}
{{- end }}

{{- define "ray.start.head" -}}
ray start --head --port={{ .Values.ports.gcs }} --num-cpus=$MY_CPU_REQUEST
{{- with .Values.ports.objectManager }} --object-manager-port={{ . }}{{ end }}
{{- with .Values.ports.nodeManager }} --node-manager-port={{ . }}{{ end }} --dashboard-host=0.0.0.0
{{- if ne (int .Values.ports.client) 10001 }} --ray-client-server-port={{ .Values.ports.client }}{{ end }}
{{- if ne (int .Values.ports.dashboard) 8265 }} --dashboard-port={{ .Values.ports.dashboard }}{{ end }} --block
{{- end }}

{{- define "ray.start.worker" -}}
ray start --num-cpus=$MY_CPU_REQUEST --address={{ include "ray.name" . }}-ray-head-svc:{{ .Values.ports.gcs }}
{{- with .Values.ports.objectManager }} --object-manager-port={{ . }}{{ end }}
{{- with .Values.ports.nodeManager }} --node-manager-port={{ . }}{{ end }} --block
{{- end }}

{{- /* The Deployment of a part: a list of the root, the part, its values, and how many pods it has. */ -}}
{{- define "ray.deployment" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
{{- $values := index . 2 -}}
{{- $name := printf "%s-ray-%s" (include "ray.name" $root) $part -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "ray.labels" (list $root $part) | nindent 4 }}
spec:
  replicas: {{ index . 3 }}
  selector:
    matchLabels:
      component: {{ $name }}
      type: ray
  template:
    metadata:
      labels:
        component: {{ $name }}
        type: ray
    spec:
      serviceAccountName: {{ include "ray.serviceAccount" $root }}
      restartPolicy: Always
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumes:
        # Ray's object store; on disk it is slow.
        - name: dshm
          emptyDir:
            medium: Memory
      containers:
        - name: ray-{{ $part }}
          image: {{ $root.Values.rayImage | quote }}
          imagePullPolicy: {{ $root.Values.imagePullPolicy }}
          command: ["/bin/bash", "-c", "--"]
          args:
            - {{ include (printf "ray.start.%s" $part) $root | quote }}
          {{- if eq $part "head" }}
          ports:
            - containerPort: {{ $root.Values.ports.gcs }}
            - containerPort: {{ $root.Values.ports.client }}
            - containerPort: {{ $root.Values.ports.dashboard }}
          {{- end }}
          env:
            - name: MY_CPU_REQUEST
              value: {{ $root.Values.workerCPURequest | quote }}
            {{- with $values.env }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          resources:
            {{- range list "limits" "requests" }}
            {{ . }}:
              cpu: {{ sub (int $root.Values.workerCPURequest) 1 | quote }}
              memory: {{ $root.Values.workerMemRequestG }}G
            {{- end }}
          volumeMounts:
            - name: dshm
              mountPath: /dev/shm
{{- end }}
