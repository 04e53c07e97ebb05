#!/bin/sh
# Pic Up, macOS (double-clic) et Linux : installe le programme la première fois, puis pose ses questions.
# Rien n’est installé hors du dossier du programme, et vos fichiers s’écrivent dans ce même dossier.
cd "$(dirname "$0")/.." || exit 1
export UV_SYSTEM_CERTS=1  # derrière le filtre d’un réseau d’entreprise aussi

wait_and_leave() {
    printf '\nEntrée pour fermer cette fenêtre. '
    read -r _
    exit "$1"
}

if [ ! -x .uv/bin/uv ]; then
    if ! command -v python3 >/dev/null 2>&1; then
        echo "Il manque Python (3.11 ou plus récent) : installez-le depuis python.org, puis recommencez."
        wait_and_leave 1
    fi
    echo "Première fois : installation, quelques minutes, avec Internet."
    python3 -m pip install -qq --upgrade --target .uv uv || wait_and_leave 1
fi
if [ ! -x .venv/bin/picup ]; then
    .uv/bin/uv sync -q --no-dev || wait_and_leave 1
fi
.venv/bin/picup
wait_and_leave $?
