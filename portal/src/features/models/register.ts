/** Making a version of what a run or a logged model left, under a name that is there or is not. */

import { ApiError } from "../../api/errors";
import { createModel, createVersion, type ModelVersion, type NewVersion, searchModels } from "../../api/registry";
import { quoted } from "./search";

export async function register(made: NewVersion): Promise<ModelVersion> {
  const found = await searchModels(`name = '${quoted(made.name)}'`, "");
  if (!found.registered_models?.length) await createUnlessThere(made.name);
  return createVersion(made);
}

/** Somebody else may have made it meanwhile. */
async function createUnlessThere(name: string): Promise<void> {
  try {
    await createModel(name);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "RESOURCE_ALREADY_EXISTS")) throw error;
  }
}
