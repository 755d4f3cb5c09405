import { LOCAL_MODELS, installLocalModel } from "./install-local-model.ts";

await installLocalModel();
console.log(`all-MiniLM-L6-v2: MODELS_DIR=${LOCAL_MODELS}`);
