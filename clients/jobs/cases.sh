# Sourced first by the jobs in bash: expected values, and functions that report a case as a line "ok NAME" or "FAIL
# NAME", a tab and the reason.

cd "$WORK" || exit

# expect REPOSITORY PATH size|sha256|commit: the expected value for a file.
expect() {
    awk -F '\t' -v repository="$1" -v path="$2" -v what="$3" '
        $1 == repository && $3 == path { print what == "size" ? $4 : what == "sha256" ? $5 : $2 }' "$EXPECTED/expected.tsv"
}

fail() {
    printf '%s\n' "$*" >&2
    return 1
}

equal() {
    [ "$1" = "$2" ] || fail "$3: $1 instead of $2"
}

# same FILE REPOSITORY PATH: fails unless the file has the expected size and sha256.
same() {
    equal "$(stat -c %s "$1")" "$(expect "$2" "$3" size)" "length of $3" &&
        equal "$(sha256sum <"$1" | cut -d ' ' -f 1)" "$(expect "$2" "$3" sha256)" "sha256 of $3"
}

# field NAME FILE: the value of a field in a response head that was saved to a file.
field() {
    tr -d '\r' <"$2" | sed -n "s/^$1: *//Ip"
}

# Fails if the response redirects the client.
stays() {
    equal "$(field Location "$1")" '' Location
}

case_() {
    local name=$1 phases=$2 why folder
    shift 2
    case " $phases " in *" $PHASE "*) ;; *) return ;; esac
    folder=$(mktemp -d "$WORK/case.XXXXXX")
    if why=$(cd "$folder" && set -e && "$@" 2>&1); then
        echo "ok $name"
    else
        printf 'FAIL %s\t%s\n' "$name" "$(printf '%s' "$why" | tail -n 3 | tr '\n' ' ')"
    fi
    rm -rf "$folder"
}

always='cold warm restart stopped'
get() {
    curl -sS --fail --max-time 60 "$@"
}
