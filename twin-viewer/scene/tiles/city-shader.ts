import {
  Cartesian2,
  Cartesian3,
  Color,
  CustomShader,
  CustomShaderMode,
  LightingModel,
  UniformType,
  VaryingType,
} from 'cesium';
import type { LocalFrame } from '../camera/local-frame.ts';
import type { Haze } from '../haze.ts';
import { VOID } from '../scene-colors.ts';

/** Towards the key light, east, north, up: from the north-west, half way up the sky. */
const KEY_LIGHT = [-0.62, 0.5, 0.6] as const;

/** Metres inside the edge of the data over which the city sinks into the void. */
const EDGE = 3000;

/**
 * How the city looks: vertex colours under a fixed key light and ambient, feet of walls in shade, faint storeys and a
 * lit cornice that give a box its scale, water with a little sky in it, everything fading into the void.
 *
 * COLOR_0 is linear light (glTF 2.0 §3.7.2.1), which Cesium encodes at the end by a plain power of 1/2.2: that shows
 * the ground of #0B1016 as #13161B. So the vertex shader turns every colour into the one that comes out exact.
 *
 * Light is a sum per vertex and the lines a few multiplications per pixel: software GL pays for pixels. The parameters
 * must be called `vsInput` and `fsInput` and the attributes be named after them in the text: Cesium reads the text to
 * see which are used.
 */
export function cityShader(frame: LocalFrame, halfEast: number, halfNorth: number): CustomShader {
  const m = frame.toFixed as unknown as number[];
  const axis = (column: number) => Cartesian3.fromArray(m, column * 4, new Cartesian3());
  return new CustomShader({
    mode: CustomShaderMode.MODIFY_MATERIAL,
    lightingModel: LightingModel.UNLIT,
    uniforms: {
      u_light: { type: UniformType.VEC3, value: keyLight(axis(0), axis(1), axis(2)) },
      u_up: { type: UniformType.VEC3, value: axis(2) },
      u_east: { type: UniformType.VEC3, value: axis(0) },
      u_north: { type: UniformType.VEC3, value: axis(1) },
      u_centre: { type: UniformType.VEC3, value: axis(3) },
      u_half: { type: UniformType.VEC2, value: new Cartesian2(halfEast, halfNorth) },
      u_haze: { type: UniformType.VEC2, value: new Cartesian2(1000, 10_000) },
      u_void: { type: UniformType.VEC3, value: shaded(VOID) },
      u_dim: { type: UniformType.FLOAT, value: 1 },
    },
    varyings: {
      v_lit: VaryingType.FLOAT,
      v_wall: VaryingType.FLOAT,
      v_local: VaryingType.VEC2,
      v_color: VaryingType.VEC3,
    },
    vertexShaderText: VERTEX,
    fragmentShaderText: FRAGMENT,
  });
}

export function setHaze(shader: CustomShader, haze: Haze): void {
  shader.setUniform('u_haze', Cartesian2.fromElements(haze.near, haze.far, scratch));
}

const scratch = new Cartesian2();

function keyLight(east: Cartesian3, north: Cartesian3, up: Cartesian3): Cartesian3 {
  const light = Cartesian3.multiplyByScalar(east, KEY_LIGHT[0], new Cartesian3());
  Cartesian3.add(light, Cartesian3.multiplyByScalar(north, KEY_LIGHT[1], new Cartesian3()), light);
  Cartesian3.add(light, Cartesian3.multiplyByScalar(up, KEY_LIGHT[2], new Cartesian3()), light);
  return Cartesian3.normalize(light, light);
}

/** The colour as the shader reckons: what Cesium's power of 1/2.2 makes the CSS colour again. */
function shaded(css: string): Cartesian3 {
  const { red, green, blue } = Color.fromCssColorString(css);
  return new Cartesian3(red ** 2.2, green ** 2.2, blue ** 2.2);
}

const VERTEX = `
vec3 exact(vec3 light) {
  vec3 encoded = mix(12.92 * light, 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055, step(vec3(0.0031308), light));
  return pow(encoded, vec3(2.2));
}

void vertexMain(VertexInput vsInput, inout czm_modelVertexOutput vsOutput) {
  vec3 normal = normalize(mat3(czm_model) * vsInput.attributes.normalMC);
  vec3 fromCentre = (czm_model * vec4(vsInput.attributes.positionMC, 1.0)).xyz - u_centre;
  v_local = vec2(dot(fromCentre, u_east), dot(fromCentre, u_north));
  float up = dot(normal, u_up);
  v_wall = 1.0 - smoothstep(0.3, 0.6, abs(up));
  v_lit = 0.5 + 0.14 * up + 0.8 * max(dot(normal, u_light), 0.0);
  v_color = exact(vsInput.attributes.color_0.rgb) * v_lit;
}
`;

/**
 * `above` and `top` are metres: of this point over the foot of its building, and of its roof. A storey is 3.2 m; its
 * line is one pixel wide at least and goes out before storeys grow finer than four pixels. No token is as bright as a
 * chosen building, which is how the shader knows it. The grain (interleaved gradient noise, Jimenez 2014) is half a
 * step of the dark ground's 8 bits: without it the gradients of the night show as bands.
 */
const FRAGMENT = `
float grain(vec2 pixel) {
  return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
}

void fragmentMain(FragmentInput fsInput, inout czm_modelMaterial material) {
  float above = fsInput.attributes.above;
  float top = fsInput.attributes.top;
  vec3 positionEC = fsInput.attributes.positionEC;
  float distance = length(positionEC);
  vec3 color = material.diffuse.r > 0.6 ? material.diffuse * (0.14 + 0.56 * v_lit) : v_color * u_dim;

  if (top > 0.0) {
    float pixel = max(fwidth(above), 0.001);
    float foot = mix(0.6, 1.0, smoothstep(0.0, 9.0, above));
    float storey = abs(fract(above / 3.2 + 0.5) - 0.5) * 3.2;
    float line = (1.0 - smoothstep(0.08, 0.08 + pixel, storey)) * (1.0 - smoothstep(0.4, 0.85, pixel));
    float cornice = 1.0 - smoothstep(0.25, 0.25 + pixel * 1.5, top - above);
    color *= mix(1.0, foot * (1.0 - 0.22 * line * step(1.0, above)) * (1.0 + 0.5 * cornice), v_wall);
  } else {
    float blue = smoothstep(4.0, 6.0, v_color.b / max(v_color.r, 0.0005));
    float grazing = 1.0 - abs(dot(normalize(positionEC), normalize(czm_viewRotation * u_up)));
    color += blue * u_dim * vec3(0.008, 0.02, 0.034) * grazing * grazing * grazing;
  }

  color += 0.0002 * (grain(gl_FragCoord.xy) - 0.5);
  vec2 inside = u_half - abs(v_local);
  float edge = smoothstep(0.0, ${EDGE.toFixed(1)}, min(inside.x, inside.y));
  float haze = smoothstep(u_haze.x, u_haze.y, distance);
  material.diffuse = mix(u_void, color, edge * (1.0 - haze));
}
`;
