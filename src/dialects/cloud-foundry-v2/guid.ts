/** Percent-encoded: 255 characters of any kind fit, and two guids into a request line, which may have 8 KiB. */
const LONGEST = 3200;

/**
 * Whether a guid can stand in a path at all. The guids of users are chosen by UAA and may hold nearly anything
 * (percent-encoding takes care of it); what fails here names nothing, and nobody is asked.
 */
export function isAddressable(guid: string): boolean {
  return (
    guid !== "" &&
    guid.length <= LONGEST &&
    guid.isWellFormed() &&
    encodeURIComponent(guid).length <= LONGEST &&
    !hasSteps(guid) &&
    !hasControls(guid)
  );
}

/** Whoever stands before the service may decode the path, take `\` for `/`, and then climb at the dots. */
function hasSteps(guid: string): boolean {
  return guid.includes("\\") || guid.split("/").some((part) => part === "." || part === "..");
}

export function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** Whether a guid can be a value of `q`, where commas, semicolons and operators have a meaning of their own. */
export function isListable(guid: string): boolean {
  return /^[\w-]{1,255}$/.test(guid);
}
