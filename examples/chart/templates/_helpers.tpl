{{/* The labels of all objects. It gets the root and additional labels: (dict "root" $ "labels" .Values.labels) */}}
{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The image. */}}
{{- define "shop.image" -}}
{{ required "image.repository is required" .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
